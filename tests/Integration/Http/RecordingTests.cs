using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Shouldly;
using Xunit;

namespace Usage.Tests.Integration.Http;

public sealed class RecordingTests(HttpFixture fixture) : HttpTests(fixture)
{
    private const string Good = """{"usage":[{"provider":" OpenAI ","model":"recorded","input_tokens":5,"output_tokens":6,"cost_usd_ticks":70,"later":{"x":1}}]}""";

    [Fact]
    public async Task A_report_is_stored_once_however_often_it_is_sent()
    {
        var task = await NewTaskAsync();
        using var client = Fixture.Writer(Mine.Workspace);
        (await PostAsync(client, $"api/tasks/{task}/usage", Good)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await PostAsync(client, $"api/tasks/{task}/usage", Good)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await RowsAsync(task)).ShouldBe(["openai recorded 5 6 0 0 70"]);
    }

    [Fact]
    public async Task A_report_needs_the_scope_and_then_the_tasks_workspace()
    {
        using var reader = Fixture.Reader(Mine.Member);
        await ErrorsAsync(await PostAsync(reader, $"api/tasks/{Mine.Task}/usage", Good), HttpStatusCode.Forbidden);
        await ErrorsAsync(await PostAsync(reader, "api/usage/batch", Good), HttpStatusCode.Forbidden);
        using var claimsOnly = Fixture.Client(HttpFixture.Token(Mine.Member, ["usage.admin", "usage.writer"], [Mine.Workspace]));
        await ErrorsAsync(await PostAsync(claimsOnly, $"api/tasks/{Mine.Task}/usage", Good), HttpStatusCode.Forbidden);

        using var writer = Fixture.Writer(Mine.Workspace);
        var foreign = await WholeAsync(await PostAsync(writer, $"api/tasks/{Theirs.Task}/usage", Good));
        foreign.ShouldStartWith("404");
        (await WholeAsync(await PostAsync(writer, $"api/tasks/{Guid.NewGuid()}/usage", Good))).ShouldBe(foreign);
        (await WholeAsync(await PostAsync(writer, "api/tasks/none/usage", Good))).ShouldBe(foreign);
        (await WholeAsync(await PostAsync(writer, $"api/tasks/{Theirs.Task}/usage", "{"))).ShouldBe(foreign);
        (await RowsAsync(Theirs.Task)).ShouldNotContain(row => row.Contains("recorded"));
    }

    [Fact]
    public async Task A_tasks_workspace_is_its_agents_whatever_its_issues_is()
    {
        var guest = await Database.Seed.AgentTask(Theirs.Agent, Mine.Issue);
        using var mine = Fixture.Writer(Mine.Workspace);
        using var theirs = Fixture.Writer(Theirs.Workspace);
        (await PostAsync(mine, $"api/tasks/{guest}/usage", Good)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await PostAsync(theirs, $"api/tasks/{guest}/usage", Good)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData("""{}""", null, "usage")]
    [InlineData("""{"usage":{}}""", null, "usage")]
    [InlineData("""{"usage":[]}""", null, "usage")]
    [InlineData("""{"usage":[null]}""", 0, "entry")]
    [InlineData("""{"usage":[{"model":"m"},7]}""", 1, "entry")]
    [InlineData("""{"usage":[{"model":7}]}""", 0, "model")]
    [InlineData("""{"usage":[{"model":"\ud800"}]}""", 0, "model")]
    [InlineData("""{"usage":[{"model":"a\u0000b"}]}""", 0, "model")]
    [InlineData("""{"usage":[{}]}""", 0, "model")]
    [InlineData("""{"usage":[{"model":" "}]}""", 0, "model")]
    [InlineData("""{"usage":[{"model":"m","provider":[]}]}""", 0, "provider")]
    [InlineData("""{"usage":[{"model":"m","input_tokens":"5"}]}""", 0, "input_tokens")]
    [InlineData("""{"usage":[{"model":"m","output_tokens":1.5}]}""", 0, "output_tokens")]
    [InlineData("""{"usage":[{"model":"m","cache_read_tokens":null}]}""", 0, "cache_read_tokens")]
    [InlineData("""{"usage":[{"model":"m","cache_write_tokens":true}]}""", 0, "cache_write_tokens")]
    [InlineData("""{"usage":[{"model":"m","input_tokens":-1}]}""", 0, "input_tokens")]
    [InlineData("""{"usage":[{"model":"m","input_tokens":1000000000001}]}""", 0, "input_tokens")]
    [InlineData("""{"usage":[{"model":"m","input_tokens":99999999999999999999}]}""", 0, "input_tokens")]
    [InlineData("""{"usage":[{"model":"m","cost_usd_ticks":"1"}]}""", 0, "cost_usd_ticks")]
    [InlineData("""{"usage":[{"model":"m","cost_usd_ticks":1000000000000001}]}""", 0, "cost_usd_ticks")]
    [InlineData("""{"usage":[{"model":"m","created_at":5}]}""", 0, "created_at")]
    [InlineData("""{"usage":[{"model":"m","created_at":"yesterday"}]}""", 0, "created_at")]
    [InlineData("""{"usage":[{"model":"m","created_at":"9999-12-31T23:59:59-18:00"}]}""", 0, "created_at")]
    [InlineData("""{"usage":[{"model":"m","created_at":"-9998-01-01T00:00:00+18:00"}]}""", 0, "created_at")]
    [InlineData("""{"usage":[{"model":"m","created_at":"1999-01-01T00:00:00Z"}]}""", 0, "created_at")]
    [InlineData("""{"usage":[{"model":"m"},{"model":"m"}]}""", 1, "model")]
    public async Task An_invalid_entry_is_reported_by_index_and_field_and_nothing_is_stored(string body, int? entry, string field)
    {
        var task = await NewTaskAsync();
        using var client = Fixture.Writer(Mine.Workspace);
        var errors = await ErrorsAsync(await PostAsync(client, $"api/tasks/{task}/usage", body));
        errors.Count.ShouldBe(1, errors.ToJsonString());
        errors[0]!["field"]!.GetValue<string>().ShouldBe(field);
        ((int?)errors[0]!["entry"]).ShouldBe(entry);
        errors[0]!["rule"]!.GetValue<string>().ShouldStartWith("must");
        (await RowsAsync(task)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_problem_is_reported_at_once_whether_of_type_or_of_value()
    {
        var body = """{"usage":[{"model":"m","input_tokens":-1},{"model":7,"output_tokens":"x","cache_read_tokens":-2}]}""";
        using var client = Fixture.Writer(Mine.Workspace);
        var errors = await ErrorsAsync(await PostAsync(client, $"api/tasks/{Mine.Task}/usage", body));
        errors.Select(error => $"{error!["entry"]} {error["field"]}").ShouldBe(
            ["0 input_tokens", "1 model", "1 output_tokens", "1 cache_read_tokens"]);
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("{", HttpStatusCode.BadRequest)]
    [InlineData("[]", HttpStatusCode.BadRequest)]
    [InlineData("null", HttpStatusCode.BadRequest)]
    [InlineData("{\"usage\":[{\"model\":\"\u00ff", HttpStatusCode.BadRequest)]
    public async Task A_body_that_is_not_a_JSON_object_is_a_400(string body, HttpStatusCode status)
    {
        using var client = Fixture.Writer(Mine.Workspace);
        await ErrorsAsync(await PostAsync(client, $"api/tasks/{Mine.Task}/usage", body), status);
        await ErrorsAsync(await PostAsync(client, "api/usage/batch", body), status);
    }

    [Theory]
    [InlineData("{\"usage\":[{\"model\":\"a\u00ff\"}]}", HttpStatusCode.BadRequest)]
    [InlineData("{\"usage\":[{\"model\":\"a\",\"input_tokens\":\"\u00ff\"}]}", HttpStatusCode.BadRequest)]
    [InlineData("{\"\\ud800\":1}", HttpStatusCode.BadRequest)]
    [InlineData("{\"tasks\":[{\"task_id\":\"\\ud8000000-0000-0000-0000-000000000000\",\"usage\":[]}]}", HttpStatusCode.MultiStatus)]
    public async Task Bytes_and_escapes_that_are_not_text_are_rejected_like_other_invalid_input(string latin1, HttpStatusCode batch)
    {
        using var client = Fixture.Writer(Mine.Workspace);
        foreach (var (path, status) in new[] { ($"api/tasks/{Mine.Task}/usage", HttpStatusCode.BadRequest), ("api/usage/batch", batch) })
        {
            using ByteArrayContent body = new(System.Text.Encoding.Latin1.GetBytes(latin1));
            body.Headers.ContentType = new("application/json");
            (await client.PostAsync(new Uri(path, UriKind.Relative), body, Cancellation)).StatusCode.ShouldBe(status, path);
        }
    }

    [Fact]
    public async Task A_body_of_another_type_or_size_is_refused()
    {
        using var client = Fixture.Writer(Mine.Workspace);
        foreach (var (route, most) in new[] { ($"api/tasks/{Mine.Task}/usage", 262_144), ("api/usage/batch", 2_097_152) })
        {
            using StringContent text = new(Good, Encoding.UTF8, "text/plain");
            await ErrorsAsync(
                await client.PostAsync(new Uri(route, UriKind.Relative), text, Cancellation), HttpStatusCode.UnsupportedMediaType);
            await ErrorsAsync(await SendSpacesAsync(client, route, most + 1, chunked: false), HttpStatusCode.RequestEntityTooLarge);
            await ErrorsAsync(await SendSpacesAsync(client, route, most + 1, chunked: true), HttpStatusCode.RequestEntityTooLarge);
            await ErrorsAsync(await SendSpacesAsync(client, route, most, chunked: false), HttpStatusCode.BadRequest);
        }
    }

    /// <summary>Sends Expect: 100-continue, like a client with large bodies, so that a rejected body is never sent.</summary>
    private static Task<HttpResponseMessage> SendSpacesAsync(HttpClient client, string route, int count, bool chunked)
    {
        HttpRequestMessage request = new(HttpMethod.Post, route) { Content = new StringContent(new string(' ', count)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TransferEncodingChunked = chunked;
        request.Headers.ExpectContinue = true;
        return client.SendAsync(request, Cancellation);
    }

    private Task<Guid> NewTaskAsync() => Database.Seed.AgentTask(Mine.Agent, Mine.Issue, Mine.Runtime);

    private Task<IReadOnlyList<string>> RowsAsync(Guid task) => Database.QueryAsync<string>(
        """
        select concat_ws(' ', provider, model, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd_ticks)
        from public.task_usage where task_id = @task order by 1
        """,
        new { task });
}
