using System.Globalization;
using System.Text.Json.Nodes;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Shouldly;
using Xunit;

namespace Usage.Tests.Integration.Dashboard;

[Collection("Dashboard")]
public sealed class FigureTests(DashboardFixture fixture)
{
    private static readonly string[] Zones = ["UTC", "Asia/Kathmandu", "America/St_Johns", "Pacific/Chatham", "America/New_York"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Chart_tables_figures_csv_and_api_agree_for_any_filter_zone_and_stacking(int seed)
    {
        Random random = new(seed);
        using var client = fixture.Client();
        for (var round = 0; round < 8; round++)
        {
            var (filter, view) = Draw(random);
            var total = (await JsonAsync(client, $"api/workspaces/{fixture.Workspace}/usage/total?{filter}"))[0]!;
            var (cost, tokens) = ((decimal)total["cost_usd"]!, Tokens(total));
            var page = await PageAsync(client, $"usage/workspace?id={fixture.Workspace}&all=true&{filter}&{view}");
            if (tokens == 0)
            {
                page.QuerySelector("#empty").ShouldNotBeNull(filter);
                continue;
            }

            Titles(page)[1].ShouldBe(tokens.ToString("#,0", CultureInfo.InvariantCulture), filter);
            Titles(page)[2].ShouldBe(((long)total["task_count"]!).ToString("#,0", CultureInfo.InvariantCulture), filter);
            var tasks = (decimal)total["task_count"]!;
            foreach (var table in page.QuerySelectorAll("table.breakdown"))
            {
                var rows = table.QuerySelectorAll("tbody tr");
                if (table.Closest("#models") is null)
                {
                    rows.Sum(row => Value(row, 5)).ShouldBe(tasks, filter);
                }
                ShouldBeCost(rows.Sum(row => Value(row, 0)), cost, $"{filter}: {table.TextContent[..40]}");
                ShouldBeCost(Value(table.QuerySelector("tfoot tr")!, 0), cost, filter);
                rows.Sum(row => Value(row, 4)).ShouldBe(tokens, filter);
            }

            var trend = page.QuerySelector("#trend-table")!;
            var series = trend.QuerySelectorAll("thead th[data-colour]").Count(head => head.GetAttribute("data-colour") != "line");
            var sums = trend.QuerySelectorAll("tbody tr").Select(row => Enumerable.Range(0, series).Sum(cell => Value(row, cell))).ToArray();
            trend.QuerySelectorAll("tbody tr").Select(row => Value(row, series)).ShouldBe(sums);
            var whole = view.Contains("=tokens", StringComparison.Ordinal) ? tokens : view.Contains("=tasks", StringComparison.Ordinal) ? tasks : cost;
            ShouldBeCost(sums.Sum(), whole, $"{filter}&{view}");
            await ShouldBeInCsvAsync(client, $"{filter}&{view}", cost, whole);
            await ShouldBeOutcomesAsync(client, page, filter, view);
        }
    }

    [Fact]
    public async Task Every_subject_shows_the_figures_of_its_report()
    {
        using var client = fixture.Client();
        const string Window = "from=2026-01-01&to=2027-12-31&tz=Asia/Kathmandu";
        var runtime = await JsonAsync(client, $"api/runtimes/{fixture.Runtime}/usage/daily?{Window}");
        Titles(await PageAsync(client, $"usage/runtime?id={fixture.Runtime}&{Window}"))[1].ShouldBe(Exact(runtime.Sum(row => Tokens(row!))));
        var agent = await JsonAsync(client, $"api/workspaces/{fixture.Workspace}/usage/total?agent_id={fixture.Agents[0]}&{Window}");
        Titles(await PageAsync(client, $"usage/agent?id={fixture.Agents[0]}&{Window}"))[1].ShouldBe(Exact(Tokens(agent[0]!)));
        var issue = await JsonAsync(client, $"api/issues/{fixture.Issues[0]}/usage");
        Titles(await PageAsync(client, $"usage/issue?id={fixture.Issues[0]}"))[1].ShouldBe(Exact(Tokens(issue[0]!)));
        var task = await JsonAsync(client, $"api/tasks/{fixture.Task}/usage");
        Titles(await PageAsync(client, $"usage/task?id={fixture.Task}"))[1].ShouldBe(Exact(task.Sum(row => Tokens(row!))));
    }

    [Fact]
    public async Task Names_are_encoded_wherever_they_come_from()
    {
        using var client = fixture.Client();
        var page = await PageAsync(client, $"usage/workspace?id={fixture.Workspace}&all=true&days=90");
        page.QuerySelectorAll("main b").ShouldAllBe(bold => bold.TextContent != "bold");
        page.QuerySelector("#models")!.TextContent.ShouldContain("<b>bold</b>");
        page.QuerySelectorAll("[style], script:not([src])").ShouldBeEmpty();
        var csv = await client.GetStringAsync(new Uri($"usage/workspace.csv?id={fixture.Workspace}&days=90", UriKind.Relative), Cancellation);
        csv.ShouldContain("'=cmd|");
    }

    private (string Filter, string View) Draw(Random random)
    {
        var from = new DateTime(2026, 9, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(random.Next(80));
        var today = TimeProvider.System.GetUtcNow().UtcDateTime;
        from = today.AddDays(-random.Next(1, 85));
        var to = from.AddDays(random.Next(0, 40));
        List<string> filter = [$"from={from:yyyy-MM-dd}", $"to={to:yyyy-MM-dd}", $"tz={Uri.EscapeDataString(Zones[random.Next(Zones.Length)])}"];
        if (random.Next(3) == 0)
        {
            filter.Add($"agent_id={fixture.Agents[random.Next(3)]}");
        }

        if (random.Next(3) == 0)
        {
            filter.Add(random.Next(2) == 0 ? "project_id=none" : $"project_id={fixture.Projects[0]}");
        }

        if (random.Next(3) == 0)
        {
            filter.Add(random.Next(3) == 0 ? "runtime_id=none" : $"runtime_id={fixture.Runtime}");
        }

        if (random.Next(4) == 0)
        {
            filter.Add("provider=openai");
        }

        var measure = ((string[])["cost", "tokens", "tasks"])[random.Next(3)];
        string[] groupings = ["model", "provider", "agent", "project", "runtime", measure == "tokens" ? "class" : "model"];
        string[] grains = ["", "&grain=hour", "&grain=day", "&grain=week", "&grain=month"];
        return (
            string.Join('&', filter),
            $"measure={measure}&by={groupings[random.Next(6)]}&compare={(random.Next(2) == 0 ? "none" : "year")}{grains[random.Next(5)]}");
    }

    private async Task ShouldBeInCsvAsync(HttpClient client, string query, decimal cost, decimal whole)
    {
        var rows = await CsvAsync(client, query);
        ShouldBeCost(rows.Where(row => row[0] == "agents").Sum(row => Number(row[5])), cost, query);
        ShouldBeCost(rows.Where(row => row[0].StartsWith("trend", StringComparison.Ordinal)).Sum(row => Number(row[11])), whole, query);
    }

    /// <summary>How tasks ended: the chart's table, those by agent and runtime, CSV and API.</summary>
    private async Task ShouldBeOutcomesAsync(HttpClient client, IDocument page, string filter, string view)
    {
        if (filter.Contains("provider=", StringComparison.Ordinal))
        {
            page.QuerySelector("#outcomes").ShouldBeNull();
            return;
        }

        var days = await JsonAsync(client, $"api/workspaces/{fixture.Workspace}/outcomes/daily?{filter}");
        var csv = await CsvAsync(client, $"{filter}&{view}");
        string[] figures = ["finished", "failed", "cancelled", "run_seconds"];
        for (var figure = 0; figure < figures.Length; figure++)
        {
            var whole = days.Sum(day => (decimal)day![figures[figure]]!);
            foreach (var table in page.QuerySelectorAll("#outcomes table"))
            {
                table.QuerySelectorAll("tbody tr").Sum(row => Value(row, figure)).ShouldBe(whole, $"{table.Id}: {filter}");
                Value(table.QuerySelector("tfoot tr")!, figure).ShouldBe(whole, $"{table.Id}: {filter}");
            }

            foreach (var part in new[] { "outcomes by", "outcomes of agents", "outcomes of runtimes" })
            {
                csv.Where(row => row[0].StartsWith(part, StringComparison.Ordinal)).Sum(row => Number(row[figure == 3 ? 16 : 12 + figure])).ShouldBe(whole, filter);
            }
        }
    }

    private async Task<string[][]> CsvAsync(HttpClient client, string query)
    {
        var text = await client.GetStringAsync(new Uri(Own($"usage/workspace.csv?id={fixture.Workspace}&{query}"), UriKind.Relative), Cancellation);
        return [.. text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(','))];
    }

    /// <summary>Maps the API's parameters to the dashboard's.</summary>
    private static string Own(string address) =>
        address.Replace("runtime_id", "runtime", StringComparison.Ordinal).Replace("agent_id", "agent", StringComparison.Ordinal).Replace("project_id", "project", StringComparison.Ordinal);

    private static async Task<IDocument> PageAsync(HttpClient client, string address)
    {
        var html = await client.GetStringAsync(new Uri(Own(address), UriKind.Relative), Cancellation);
        return await new HtmlParser().ParseDocumentAsync(html, Cancellation);
    }

    private static async Task<JsonArray> JsonAsync(HttpClient client, string address) =>
        JsonNode.Parse(await client.GetStringAsync(new Uri(address, UriKind.Relative), Cancellation))!.AsArray();

    private static string[] Titles(IDocument page) => [.. page.QuerySelectorAll("#figures .value").Select(value => value.GetAttribute("title") ?? "")];

    private static string Exact(decimal value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    private static decimal Tokens(JsonNode row) =>
        (decimal)row["input_tokens"]! + (decimal)row["output_tokens"]! + (decimal)row["cache_read_tokens"]! + (decimal)row["cache_write_tokens"]!;

    private static decimal Value(IElement row, int cell) => Number(row.QuerySelectorAll("[data-value]")[cell].GetAttribute("data-value")!);

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>
    /// Each row of a report is rounded to a tick, 1e-10 USD, so sums over different numbers of rows can differ by a few ticks.
    /// </summary>
    private static void ShouldBeCost(decimal actual, decimal expected, string of) => actual.ShouldBe(expected, 0.0000002m, of);
}
