using System.Net;
using Shouldly;
using Sylvan.Data.Csv;
using Xunit;

namespace Usage.Tests.Integration.Http;

public sealed class ExportEndpointTests(HttpFixture fixture) : HttpTests(fixture)
{
    [Theory]
    [InlineData("", "text/csv", "csv")]
    [InlineData("?format=focus", "text/csv", "focus.csv")]
    [InlineData("?format=focus-1.2&by=hour&tz=Asia/Kolkata", "text/csv", "focus.csv")]
    [InlineData("?format=parquet", "application/vnd.apache.parquet", "parquet")]
    public async Task A_member_gets_a_file(string query, string type, string extension)
    {
        using var client = Fixture.Reader(Mine.Member);
        var answer = await GetAsync(client, $"api/workspaces/{Mine.Workspace}/usage/export{query}");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        answer.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        answer.Content.Headers.ContentDisposition.FileName!.Trim('"').ShouldEndWith("." + extension);
        answer.Headers.GetValues("X-Usage-Time-Zone").ShouldBe([query.Contains("tz", StringComparison.Ordinal) ? "Asia/Kolkata" : "UTC"]);
        (await answer.Content.ReadAsByteArrayAsync(Cancellation)).Length.ShouldBeGreaterThan(500);
    }

    [Fact]
    public async Task The_rows_are_the_workspaces_own_with_all_keys()
    {
        using var client = Fixture.Reader(Mine.Member);
        var text = await (await GetAsync(client, $"api/workspaces/{Mine.Workspace}/usage/export")).Content.ReadAsStringAsync(Cancellation);
        using var csv = CsvDataReader.Create(new StringReader(text));
        List<string> rows = [];
        while (csv.Read())
        {
            csv.GetString(csv.GetOrdinal("workspace_id")).ShouldBe(Mine.Workspace.ToString());
            csv.GetString(csv.GetOrdinal("agent_id")).ShouldBe(Mine.Agent.ToString());
            csv.GetString(csv.GetOrdinal("runtime_id")).ShouldBe(Mine.Runtime.ToString());
            csv.GetString(csv.GetOrdinal("project_id")).ShouldBe(Mine.Project.ToString());
            rows.Add(string.Join(' ', new[] { "provider", "model", "input_tokens", "cost_usd_ticks", "is_unpriced" }.Select(name => csv.GetString(csv.GetOrdinal(name)))));
        }

        rows.ShouldBe(["anthropic no-such-model 7 0 true", "cloudflare '@cf/a,\"b\" 1 12345 false", "openai gpt-5 1000 0 true"]);
    }

    [Fact]
    public async Task Others_get_what_they_get_for_a_workspace_that_does_not_exist()
    {
        using var client = Fixture.Reader(Mine.Member);
        var theirs = await GetAsync(client, $"api/workspaces/{Theirs.Workspace}/usage/export");
        theirs.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await WholeAsync(theirs)).ShouldBe(await WholeAsync(await GetAsync(client, $"api/workspaces/{Guid.NewGuid()}/usage/export")));
    }

    [Theory]
    [InlineData("?format=xlsx", "format", "xlsx")]
    [InlineData("?by=week", "by", "week")]
    [InlineData("?tz=Mars", "tz", "Mars")]
    [InlineData("?from=2026-01-02&to=2026-01-01", "to", "2026-01-01")]
    [InlineData("?from=2020-01-01&to=2026-01-01", "to", "2026-01-01")]
    public async Task A_bad_parameter_is_named_with_its_value(string query, string parameter, string value)
    {
        using var client = Fixture.Reader(Mine.Member);
        var error = (await ErrorsAsync(await GetAsync(client, $"api/workspaces/{Mine.Workspace}/usage/export{query}"))).ShouldHaveSingleItem()!;
        ((string?)error["parameter"], (string?)error["value"]).ShouldBe((parameter, value));
    }
}
