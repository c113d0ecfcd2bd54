using System.Globalization;
using Microsoft.Playwright;
using Usage.Benchmarks.DataSets;
using Usage.Benchmarks.Reads;
using Usage.Benchmarks.Running;
using Usage.Benchmarks.Serving;
using Usage.Tests.Integration.Dashboard;

namespace Usage.Benchmarks.Dashboard;

/// <summary>What a viewer of the largest workspace waits for, in a real browser at the real program, and what many viewers cost.</summary>
internal sealed class DashboardBenchmark(BenchmarkSetting setting) : ILoadBenchmark
{
    private const int ColdRounds = 5;

    private static readonly Target[] Targets =
    [
        Target.AtMost(Target.Ratio, 1), Target.AtMost("cold_ms", 1_000), Target.AtMost("warm_ms", 400), Target.AtMost("window_ms", 300),
        Target.AtMost("live_ms", 2_000), Target.AtMost("viewers_cores", 0.05), Target.AtMost("script_kb", 20), Target.AtMost("style_kb", 10),
        Target.AtMost("html_kb", 60),
    ];

    public async Task<Outcome> RunAsync(CancellationToken cancellationToken)
    {
        await using var data = await QuarterHistory.OpenAsync(setting, quarters: 1, cancellationToken);
        await data.RollUpOnceAsync(cancellationToken);
        await data.Prices.LoadStartListAsync(cancellationToken);
        var workspace = (await Subject.FindAsync(data, cancellationToken))[0].WorkspaceId;
        var last = (await data.LastFullHourAsync(cancellationToken)).InUtc().Date;
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Chromium.LaunchAsync(playwright);

        List<double> cold = [];
        for (var round = 0; round < ColdRounds; round++)
        {
            await using var fresh = await ServedHost.StartAsync(data, setting.Time, settings: null, cancellationToken);
            await using PageVisit visit = await PageVisit.OpenAsync(browser, fresh.BaseAddress, AddressOf);
            cold.Add(await visit.LoadAsync());
            Console.Error.WriteLine($"cold {cold[^1]:N0} ms");
        }

        await using var host = await ServedHost.StartAsync(data, setting.Time, settings: null, cancellationToken);
        await using PageVisit page = await PageVisit.OpenAsync(browser, host.BaseAddress, AddressOf);
        Series warm = new("page, warm", "ms", await page.LoadManyAsync());
        Series window = new("change of window", "ms", await page.ChangeWindowsAsync());
        Series live = new("commit to page", "ms", await new LiveUpdates(data, setting.Time).MeasureAsync(page, workspace, cancellationToken));
        await page.DisposeAsync();
        var viewers = await new IdleViewers(data, host, setting.Time).MeasureAsync(workspace, cancellationToken);
        var sizes = await PageSizes.ReadAsync(host.BaseAddress, AddressOf(30), cancellationToken);
        return Summarize(new("page, cold", "ms", cold), warm, window, live, viewers, sizes, await data.DrainAndCountDriftAsync(cancellationToken));

        // Up to the last day of the data: the days of the clock are none of its.
        string AddressOf(int days) => string.Create(
            CultureInfo.InvariantCulture, $"usage/workspace?id={workspace}&from={last.PlusDays(1 - days):yyyy-MM-dd}&to={last:yyyy-MM-dd}&tz=UTC");
    }

    private Outcome Summarize(Series cold, Series warm, Series window, Series live, ViewersCost? viewers, PageSizes sizes, long drift)
    {
        Dictionary<string, double> figures = new()
        {
            ["rows"] = setting.Sized(QuarterHistory.Rows),
            ["cold_ms"] = cold.Median,
            ["warm_p50_ms"] = warm.Median,
            ["warm_ms"] = Series.Quantile(warm.Values, 0.95),
            ["window_p50_ms"] = window.Median,
            ["window_ms"] = Series.Quantile(window.Values, 0.95),
            ["live_p50_ms"] = live.Median,
            ["live_ms"] = live.Most,
            ["script_kb"] = sizes.Script,
            ["style_kb"] = sizes.Style,
            ["html_kb"] = sizes.Html,
        };
        if (viewers is { } cost)
        {
            figures["viewers"] = IdleViewers.Count;
            figures["viewers_cores"] = cost.Cores;
            figures["idle_cores"] = cost.CoresWithout;
        }

        var ratio = Targets.Where(target => figures.ContainsKey(target.Figure)).Max(target => figures[target.Figure] / target.Limit);
        return new(ratio, "the figure that comes closest to its limit, over the limit", Targets, [cold, warm, window, live], drift, figures);
    }
}
