using System.Text.Json.Nodes;
using NodaTime;
using Shouldly;
using Sylvan.Data.Csv;
using Usage.Engine.Pricing;
using Xunit;

namespace Usage.Tests.Integration.Http;

public sealed class ReportAnswerTests(HttpFixture fixture) : HttpTests(fixture)
{
    [Fact]
    public async Task CSV_has_the_names_and_values_of_the_JSON_in_every_report()
    {
        using var json = Fixture.Reader(Mine.Member);
        using var csv = Fixture.Reader(Mine.Member);
        csv.DefaultRequestHeaders.Accept.Add(new("text/csv"));
        foreach (var route in Mine.Reads)
        {
            var rows = (await JsonAsync(await GetAsync(json, route))).AsArray();
            var answer = await GetAsync(csv, route);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
            answer.Headers.Vary.ShouldContain("Accept");
            Table(await answer.Content.ReadAsStringAsync(Cancellation)).ShouldBe(rows.Select(row => Fields(row!.AsObject())), route);
        }
    }

    [Fact]
    public async Task A_text_that_a_spreadsheet_could_take_for_a_formula_is_marked_in_CSV_and_unchanged_in_JSON()
    {
        using var client = Fixture.Reader(Mine.Member);
        var route = $"api/tasks/{Mine.Task}/usage";
        (await (await GetAsync(client, route)).Content.ReadAsStringAsync(Cancellation)).ShouldContain("\"@cf/a");
        client.DefaultRequestHeaders.Accept.Add(new("text/csv"));
        (await (await GetAsync(client, route)).Content.ReadAsStringAsync(Cancellation)).ShouldContain("cloudflare,\"'@cf/a,\"\"b\"\"\",1");
    }

    [Fact]
    public async Task A_report_without_rows_is_an_empty_array_or_a_header_alone()
    {
        using var client = Fixture.Reader(Mine.Member);
        var route = $"{Mine.OfWorkspace[0]}?from=2020-01-01&to=2020-01-31";
        (await (await GetAsync(client, route)).Content.ReadAsStringAsync(Cancellation)).ShouldBe("[]");
        client.DefaultRequestHeaders.Accept.Add(new("text/csv"));
        var text = await (await GetAsync(client, route)).Content.ReadAsStringAsync(Cancellation);
        text.ShouldStartWith("date,provider,model,");
        text.IndexOf("\r\n", StringComparison.Ordinal).ShouldBe(text.Length - 2);
    }

    [Theory]
    [InlineData("text/csv", "text/csv")]
    [InlineData("text/csv, application/json;q=0.5", "text/csv")]
    [InlineData("text/csv;q=0.5, application/json", "application/json")]
    [InlineData("text/csv;q=0", "application/json")]
    [InlineData("text/html, */*", "application/json")]
    [InlineData("nonsense", "application/json")]
    public async Task The_Accept_header_selects_the_format(string accept, string expected)
    {
        using var client = Fixture.Reader(Mine.Member);
        client.DefaultRequestHeaders.TryAddWithoutValidation("Accept", accept);
        (await GetAsync(client, Mine.Reads[0])).Content.Headers.ContentType!.MediaType.ShouldBe(expected);
    }

    [Fact]
    public async Task The_zone_is_the_requested_one_or_the_viewers_or_UTC()
    {
        (await ZoneAsync(Mine.Member, "?tz=America/New_York")).ShouldBe("America/New_York");
        (await ZoneAsync(Mine.Member, "")).ShouldBe("Asia/Kolkata");
        foreach (var timezone in (string?[])[null, "", "Mars"])
        {
            var user = await Database.Seed.User(timezone);
            await Database.Seed.Member(Mine.Workspace, user);
            (await ZoneAsync(user, "")).ShouldBe("UTC");
        }
    }

    [Fact]
    public async Task Tokens_are_priced_to_the_last_digit_and_models_without_a_price_are_counted_and_listed()
    {
        PriceStore prices = new(Database.DataSource);
        await prices.ImportAsync([new("", "gpt-5", null, 1.25m, 10, 0.125m, 0.0000000003m)], new("test.csv", PriceListFormat.Usage, ""), cancellationToken: Cancellation);
        using var client = Fixture.Reader(Mine.Member);
        var answer = await GetAsync(client, $"api/tasks/{Mine.Task}/usage");
        answer.Headers.GetValues("X-Usage-Unpriced").ShouldBe(["1"]);
        answer.Headers.GetValues("X-Usage-Source").ShouldBe(["raw"]);
        answer.Headers.Contains("X-Usage-Time-Zone").ShouldBeFalse();
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var costs = (await JsonAsync(answer)).AsArray().ToDictionary(row => (string)row!["model"]!, row => row!["cost_usd"]!.ToJsonString());

        // 1000 × 1.25 + 200 × 10 + 30 × 0.125 + 4 × 0.0000000003 USD per million tokens.
        decimal.Parse(costs["gpt-5"], System.Globalization.CultureInfo.InvariantCulture).ShouldBe(0.00325375m);
        costs["@cf/a,\"b\""].ShouldBe("0.0000012345");
        decimal.Parse(costs["no-such-model"], System.Globalization.CultureInfo.InvariantCulture).ShouldBe(0);

        foreach (var route in Mine.Reads.Where(route => route.EndsWith("unpriced", StringComparison.Ordinal)))
        {
            var unpriced = (await JsonAsync(await GetAsync(client, route))).AsArray().ShouldHaveSingleItem(route)!;
            unpriced.ToJsonString().ShouldBe(
                """{"provider":"anthropic","model":"no-such-model","input_tokens":7,"output_tokens":8,"cache_read_tokens":0,"cache_write_tokens":0}""");
        }
    }

    [Fact]
    public async Task A_price_applies_from_its_UTC_date_and_earlier_usage_keeps_the_previous_price()
    {
        await new PriceStore(Database.DataSource).ImportAsync(
            [new("", "dated", null, 1, 0, 0, 0), new("", "dated", new LocalDate(2026, 3, 1), 3, 0, 0, 0)], new("test.csv", PriceListFormat.Usage, ""), cancellationToken: Cancellation);
        var task = await Database.Seed.AgentTask(Mine.Agent);
        await Database.Seed.UsageRow(task, "a", "dated", 1_000_000, createdAt: Instant.FromUtc(2026, 2, 28, 23, 59));
        await Database.Seed.UsageRow(task, "b", "dated", 1_000_000, createdAt: Instant.FromUtc(2026, 3, 1, 0, 0));
        using var client = Fixture.Reader(Mine.Member);
        var rows = (await JsonAsync(await GetAsync(client, $"api/workspaces/{Mine.Workspace}/usage/total?from=2026-02-01&to=2026-03-31"))).AsArray();
        ((decimal)rows.ShouldHaveSingleItem()!["cost_usd"]!).ShouldBe(4);
        rows = (await JsonAsync(await GetAsync(client, $"api/tasks/{task}/usage"))).AsArray();
        rows.Select(row => (decimal)row!["cost_usd"]!).ShouldBe([1, 3]);
    }

    private async Task<string> ZoneAsync(Guid user, string query)
    {
        using var client = Fixture.Reader(user);
        return (await GetAsync(client, Mine.Reads[0] + query)).Headers.GetValues("X-Usage-Time-Zone").Single();
    }

    private static string Fields(JsonObject row) => string.Join(
        '|', row.Select(field => $"{field.Key}={Guarded(field.Value?.GetValueKind() == System.Text.Json.JsonValueKind.String
            ? (string)field.Value! : field.Value?.ToJsonString() ?? "")}"));

    private static string Guarded(string text) => text.StartsWith('@') ? "'" + text : text;

    private static IEnumerable<string> Table(string csv)
    {
        using var reader = CsvDataReader.Create(new StringReader(csv), new() { Delimiter = ',' });
        while (reader.Read())
        {
            yield return string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(place => $"{reader.GetName(place)}={reader.GetString(place)}"));
        }
    }
}
