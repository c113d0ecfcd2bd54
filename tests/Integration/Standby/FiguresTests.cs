using System.Reflection;
using NodaTime;
using Shouldly;
using Usage.Engine;
using Usage.Engine.Exporting;
using Usage.Engine.Pricing;
using Usage.Engine.Reporting;
using Usage.Parquet;
using Usage.Tests.Integration.Reporting;
using Xunit;

namespace Usage.Tests.Integration.Standby;

/// <summary>Every report and every export has the same figures from the standby as from the primary.</summary>
public sealed class FiguresTests(StandbyFixture servers) : StandbyTests(servers)
{
    private const string SomeTaskSql = """
        select u.task_id from public.task_usage u
        join public.agent_task_queue t on t.id = u.task_id
        join public.agent a on a.id = t.agent_id
        where a.workspace_id = @workspace
        limit 1
        """;

    private static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["Asia/Kathmandu"];
    private static readonly ReportWindow Days = ReportWindow.Between(new(2026, 4, 20), new(2026, 4, 28), Zone);

    [Fact]
    public async Task Every_report_has_the_same_figures_from_the_standby_as_from_the_primary()
    {
        var usage = await SomeUsageAsync();
        await using var standby = Servers.Connect();
        var (reading, main) = (Engine(standby), Main());
        var task = await Database.ScalarAsync<Guid>(SomeTaskSql, new { workspace = usage.Workspaces[0] });
        HashSet<string> different = [];
        ReportOptions[] modes = [new(Fresh: true), new(ReportMode.Auto), new(ReportMode.Rollup), new(ReportMode.Raw)];
        foreach (var method in typeof(IUsageReports).GetMethods())
        {
            foreach (var options in modes)
            {
                // What is read here is what was committed: nobody writes meanwhile, and the fresh report that comes first waits for the standby.
                var ((here, onStandby), (there, onPrimary)) = (
                    await ReadAsync(reading.Reports, method, usage, task, options), await ReadAsync(main.Reports, method, usage, task, options));
                here.ShouldBe(there, $"{method.Name} {options}");
                (onStandby, onPrimary).ShouldBe((true, false), $"{method.Name} {options}");
                different.Add(here);
            }
        }

        different.Count.ShouldBeGreaterThan(20, "the reports are not empty");
        Reasons().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("focus")]
    [InlineData("focus-1.2")]
    [InlineData("parquet")]
    public async Task Every_export_has_the_same_bytes_from_the_standby_as_from_the_primary(string format)
    {
        var usage = await SomeUsageAsync();
        await using var standby = Servers.Connect();
        var (reading, main) = (Engine(standby), Main());
        foreach (var workspace in usage.Workspaces)
        {
            var here = await ExportAsync(reading, workspace, format);
            here.ShouldBe(await ExportAsync(main, workspace, format));
            here.Length.ShouldBeGreaterThan(0);
        }

        Reasons().ShouldBeEmpty();
    }

    [Fact]
    public void Every_format_is_compared() =>
        new UsageExports(Main().ReportDatabase, [new ParquetExport()]).Formats.Select(format => format.Name)
            .ShouldBe(["csv", "focus", "focus-1.2", "parquet"], ignoreOrder: true);

    /// <summary>Random usage with prices, of which some is drained and some is not.</summary>
    private async Task<RandomUsage> SomeUsageAsync()
    {
        RandomUsage usage = new(Database, new Random(39));
        await usage.InsertAsync();
        await new PriceStore(Database.DataSource).ImportAsync(
            [new ModelPrice("", "gpt", null, 0.3m, 1.25m, 0.03m, 0.375m), new ModelPrice("anthropic", "claude", new(2026, 4, 24), 3, 15, 0.3m, 3.75m)],
            new("test.csv", PriceListFormat.Usage, ""));
        await Main().Engine.DrainAsync(cancellationToken: Cancellation);
        await Database.ExecuteAsync("update public.task_usage set output_tokens = output_tokens + 1 where extract(minute from created_at)::integer % 3 = 0");
        return usage;
    }

    private EngineParts Main() => Engine(standby: null);

    private static async Task<byte[]> ExportAsync(EngineParts engine, Guid workspace, string format)
    {
        UsageExports exports = new(engine.ReportDatabase, [new ParquetExport()]);
        using MemoryStream output = new();
        await exports.WriteAsync(new(Days, workspace, ExportGrain.Hour), exports.Find(format)!, output, Cancellation);
        return output.ToArray();
    }

    private static async Task<(string Figures, bool OnStandby)> ReadAsync(
        IUsageReports reports, MethodInfo method, RandomUsage usage, Guid task, ReportOptions options)
    {
        var arguments = method.GetParameters().Select(parameter => parameter switch
        {
            { Name: "workspaceId" } => usage.Workspaces[0],
            { Name: "runtimeId" } => usage.Runtimes[0],
            { Name: "issueId" } => usage.Issues[0],
            { Name: "taskId" } => task,
            { Name: "window" } => Days,
            { Name: "zone" } => Zone,
            { Name: "options" } => options,
            { Name: "filter" } => null,
            { Name: "cancellationToken" } => (object)Cancellation,
            _ => throw new InvalidOperationException($"{method.Name} has a parameter {parameter.Name}, which this test does not know."),
        });
        var reading = (Task)method.Invoke(reports, [.. arguments])!;
        await reading;
        var report = reading.GetType().GetProperty("Result")!.GetValue(reading)!;
        return report is OutcomeReports outcomes
            ? (Text(outcomes.Daily) + Text(outcomes.Agents) + Text(outcomes.Runtimes), outcomes.Daily.Server.IsStandby)
            : ((string)Text((dynamic)report), (bool)((dynamic)report).Server.IsStandby);
    }

    private static string Text<TRow>(UsageReport<TRow> report) =>
        $"{report.Source} {report.Zone} {report.Window}\n{string.Join('\n', report.Rows)}\nunpriced:\n{string.Join('\n', report.Unpriced)}";
}
