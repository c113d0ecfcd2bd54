using NodaTime;
using Shouldly;
using Usage.Engine.Exporting;
using Usage.Engine.Reporting;
using Usage.Tests.Integration.Reporting;
using Xunit;

namespace Usage.Tests.Integration.Exporting;

/// <summary>What DuckDB finds in exported files, against the reports: to the last token and the last tick.</summary>
public sealed class ExportTests(ExportFixture fixture) : IClassFixture<ExportFixture>
{
    /// <summary>Days that begin inside UTC hours, that a zone skipped, and of 23 and 25 hours.</summary>
    public static TheoryData<string, string, bool> Files { get; } = new(
        from zone in new[] { "UTC", "Asia/Kolkata", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe" }
        from format in new[] { "csv", "parquet" }
        from isHourly in new[] { false, true }
        select new TheoryDataRow<string, string, bool>(zone, format, isHourly));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_file_has_the_figures_of_the_daily_report(string zone, string format, bool isHourly)
    {
        foreach (var window in Windows(zone))
        {
            using var file = await fixture.ExportAsync(
                new(window, fixture.Workspaces[0], isHourly ? ExportGrain.Hour : ExportGrain.Day), format);
            var rows = ExportedFile.Query(
                $"""
                select date::varchar, coalesce(provider, ''), model,
                       sum(input_tokens)::bigint, sum(output_tokens)::bigint, sum(cache_read_tokens)::bigint, sum(cache_write_tokens)::bigint,
                       sum(cost_usd_ticks)::bigint, sum(uncosted_input_tokens)::bigint, sum(uncosted_output_tokens)::bigint,
                       sum(uncosted_cache_read_tokens)::bigint, sum(uncosted_cache_write_tokens)::bigint, sum(event_count)::bigint,
                       sum(cost_usd)::decimal(38, 16)
                from {(format == "csv" ? file.AsCsv : file.AsParquet)}
                group by all
                order by 1 desc, 2, 3
                """);
            var report = await fixture.Reports.WorkspaceDailyAsync(fixture.Workspaces[0], window, cancellationToken: Cancellation);
            rows.Select(Line).ShouldBe(report.Rows.Select(row => Line([
                row.Date.ToString("R", null), row.Provider, row.Model, row.InputTokens, row.OutputTokens,
                row.CacheReadTokens, row.CacheWriteTokens, row.CostUsdTicks, row.UncostedInputTokens,
                row.UncostedOutputTokens, row.UncostedCacheReadTokens, row.UncostedCacheWriteTokens,
                row.EventCount, row.CostUsd,
            ])));
        }
    }

    [Theory]
    [InlineData("focus")]
    [InlineData("focus-1.2")]
    public async Task The_charges_of_FOCUS_add_up_to_the_reports(string format)
    {
        foreach (var window in Windows("UTC"))
        {
            using var file = await fixture.ExportAsync(new(window, fixture.Workspaces[1]), format);
            var rows = ExportedFile.Query(
                $"""
                select BillingAccountId, ServiceName, sum(BilledCost)::decimal(38, 16), sum(ConsumedQuantity)::bigint,
                       bool_and(ListCost = BilledCost and EffectiveCost = BilledCost and ContractedCost = BilledCost),
                       bool_and(ChargePeriodEnd - ChargePeriodStart = interval '1 day'),
                       bool_and(BillingPeriodStart <= ChargePeriodStart and ChargePeriodEnd <= BillingPeriodEnd),
                       bool_and(x_CostSource <> 'price list'
                                or ListUnitPrice * ConsumedQuantity::decimal(12, 0) = BilledCost::decimal(24, 16) * 1000000::decimal(7, 0)),
                       bool_and(x_CostSource <> 'unpriced' or BilledCost = 0)
                from {file.AsFocus}
                group by all order by all
                """);
            var report = await fixture.Reports.WorkspaceSummaryAsync(fixture.Workspaces[1], window, cancellationToken: Cancellation);
            rows.Select(Line).ShouldBe(
                from row in report.Rows
                let provider = row.Provider.Length > 0 ? row.Provider : "unknown"
                orderby provider, row.Model
                select Line([
                    provider, row.Model, row.CostUsd, row.InputTokens + row.OutputTokens + row.CacheReadTokens + row.CacheWriteTokens,
                    true, true, true, true, true,
                ]));
        }
    }

    [Fact]
    public async Task The_columns_of_FOCUS_are_those_of_its_version()
    {
        using var current = await fixture.ExportAsync(new(Windows("UTC").First()), "focus");
        using var earlier = await fixture.ExportAsync(new(Windows("UTC").First()), "focus-1.2");
        var (now, before) = (Header(current), Header(earlier));
        now.Except(before).ShouldBe(["HostProviderName", "ServiceProviderName"]);
        before.Except(now).ShouldBe(["ProviderName", "PublisherName"]);
    }

    [Fact]
    public async Task A_period_gives_the_same_bytes_again_from_the_rollup_and_from_raw_rows()
    {
        foreach (var (format, grain) in from format in fixture.Exports.Formats from grain in Enum.GetValues<ExportGrain>() select (format.Name, grain))
        {
            ExportRequest request = new(Windows("Asia/Kolkata").Last(), null, grain);
            using var first = await fixture.ExportAsync(request, format);
            using var again = await fixture.ExportAsync(request, format);
            await fixture.Database.ExecuteAsync("insert into usage_rollup.dirty (origin) values (1)");
            using var raw = await fixture.ExportAsync(request, format);
            await fixture.Engine.DrainAsync(cancellationToken: Cancellation);
            again.Bytes.ShouldBe(first.Bytes, format);
            raw.Bytes.ShouldBe(first.Bytes, format);
            first.Bytes.Length.ShouldBeGreaterThan(1_000);
        }
    }

    [Fact]
    public async Task What_is_not_drained_yet_is_in_the_file()
    {
        var workspace = await fixture.Database.Seed.Workspace();
        var task = await fixture.Database.Seed.AgentTask(await fixture.Database.Seed.Agent(workspace));
        await fixture.Database.Seed.UsageRow(task, model: "gpt", input: 5, createdAt: RandomUsage.Anchors[1]);
        using var file = await fixture.ExportAsync(new(Windows("UTC").ElementAt(1), workspace), "csv");
        ExportedFile.Query($"select input_tokens from {file.AsCsv}").ShouldHaveSingleItem().ShouldBe([5L]);
        await fixture.Engine.DrainAsync(cancellationToken: Cancellation);
    }

    [Fact]
    public async Task A_file_of_all_workspaces_holds_each_once_and_one_of_nothing_a_header()
    {
        var window = Windows("UTC").ElementAt(2);
        using var all = await fixture.ExportAsync(new(window), "csv");
        var total = 0L;
        foreach (var workspace in fixture.Workspaces)
        {
            using var one = await fixture.ExportAsync(new(window, workspace), "csv");
            total += (long)ExportedFile.Query($"select count(*) from {one.AsCsv}")[0][0]!;
        }

        ((long)ExportedFile.Query($"select count(*) from {all.AsCsv}")[0][0]!).ShouldBe(total);
        foreach (var format in fixture.Exports.Formats)
        {
            using var none = await fixture.ExportAsync(new(window, Guid.NewGuid()), format.Name);
            var count = format.Name == "parquet" ? $"select count(*) from {none.AsParquet}" : $"select count(*) from read_csv('{none.Path}', header = true)";
            ExportedFile.Query(count)[0][0].ShouldBe(0L);
        }
    }

    private static IEnumerable<ReportWindow> Windows(string zone) =>
        from anchor in RandomUsage.Anchors
        let date = anchor.InUtc().Date
        select ReportWindow.Between(date.PlusDays(-6), date.PlusDays(6), TimeZones.Parse(zone));

    private static IEnumerable<string> Header(ExportedFile file) => File.ReadLines(file.Path).First().Split(',');

    /// <summary>As reports say it: money is rounded once, to a tick.</summary>
    private static string Line(IEnumerable<object?> values) => string.Join(' ', values.Select(value => value switch
    {
        decimal number => $"{Math.Round(number, 10, MidpointRounding.ToEven) / 1.0000000000000000000000000000m}",
        null => "",
        _ => $"{value}",
    }));
}
