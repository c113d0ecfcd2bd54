using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using Shouldly;
using Usage.Engine;
using Usage.Engine.Diagnostics;
using Usage.Engine.Health;
using Usage.Engine.Pricing;
using Usage.Engine.Reporting;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Standby;

/// <summary>Tests of an engine whose reports are read from a standby.</summary>
public abstract class StandbyTests(StandbyFixture fixture) : IClassFixture<StandbyFixture>, IAsyncLifetime
{
    private readonly ServiceProvider meters = new ServiceCollection().AddMetrics().BuildServiceProvider();

    protected static readonly ReportWindow Day = ReportWindow.Between(new(2026, 5, 6), new(2026, 5, 6), DateTimeZone.Utc);

    private protected StandbyFixture Servers => fixture;

    protected TestDatabase Database => fixture.Database;

    protected Guid Workspace { get; private set; }

    protected Guid Task { get; private set; }

    private protected RecordedLog Log { get; } = new();

    protected MetricCollector<long> Fallbacks { get; private set; } = null!;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Workspace = await Database.Seed.Workspace();
        var runtime = await Database.Seed.Runtime(Workspace);
        Task = await Database.Seed.AgentTask(
            await Database.Seed.Agent(Workspace), await Database.Seed.Issue(Workspace), runtime);
        Fallbacks = new(meters.GetRequiredService<IMeterFactory>(), "Usage.Engine", "usage.report.fallbacks");
    }

    public async ValueTask DisposeAsync()
    {
        await meters.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected EngineParts Engine(
        NpgsqlDataSource? standby, UsageEngineOptions? options = null, TimeProvider? time = null,
        Func<NpgsqlConnection, CancellationToken, Task<CostEstimate>>? prices = null) => new(
        Database.DataSource, Options.Create(options ?? Patient()), time ?? TimeProvider.System, Log,
        new EngineMetrics(meters.GetRequiredService<IMeterFactory>()), prices: prices, standby: standby);

    /// <summary>Options of an engine that gives a standby on a busy machine the time that it needs.</summary>
    protected static UsageEngineOptions Patient() => new() { StandbyWait = TimeSpan.FromSeconds(30) };

    /// <summary>Inserts a usage row of ten input tokens.</summary>
    protected Task UseAsync(string model) => Database.Seed.UsageRow(Task, model: model, createdAt: Instant.FromUtc(2026, 5, 6, 12, 0));

    /// <summary>A total that needs no drain, so that it shows what its server has; a fresh one begins with its drain.</summary>
    private protected Task<UsageReport<TotalUsage>> TotalAsync(EngineParts engine, bool fresh = false) =>
        engine.Reports.WorkspaceTotalAsync(Workspace, Day, options: fresh ? new(Fresh: true) : new(ReportMode.Raw), cancellationToken: Cancellation);

    /// <summary>Reads until a report is as it should be.</summary>
    private protected async Task<UsageReport<TotalUsage>> UntilAsync(EngineParts engine, Func<UsageReport<TotalUsage>, bool> isReached)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var report = await TotalAsync(engine);
            if (isReached(report))
            {
                return report;
            }

            TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(60), $"the last report: {report}");
            await System.Threading.Tasks.Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancellation);
        }
    }

    /// <summary>The reason in health's finding; null if it finds nothing.</summary>
    private protected async Task<object?> FindingAsync(EngineParts engine)
    {
        HealthReader reader = new(Database.DataSource, Options.Create(Patient()), engine.ReportDatabase);
        var findings = HealthRules.Judge(await reader.ReadAsync(Cancellation), TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(2));
        return findings.SingleOrDefault(finding => finding.Name.StartsWith("standby_")) switch
        {
            null => null,
            { Name: "standby_unavailable" } finding => finding.Data["reason"],
            var finding => finding.Name,
        };
    }

    /// <summary>The reasons of all fallbacks so far.</summary>
    protected IReadOnlyList<object?> Reasons() => [.. Fallbacks.GetMeasurementSnapshot().Select(one => one.Tags["usage.reason"])];

    private protected static int Input(UsageReport<TotalUsage> report) => (int)report.Rows.Single().InputTokens;
}
