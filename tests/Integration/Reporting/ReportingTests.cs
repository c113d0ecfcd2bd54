using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using Usage.Engine;
using Usage.Engine.Diagnostics;
using Usage.Engine.Maintenance;
using Usage.Engine.Pricing;
using Usage.Engine.Reporting;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Reporting;

/// <summary>Tests of reports with an engine that drains only on request, on the class's database.</summary>
public abstract class ReportingTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    private readonly EngineParts parts = Engine(fixture.Database, new UsageEngineOptions());

    protected static readonly Instant Noon = Instant.FromUtc(2026, 5, 6, 12, 0);

    protected static readonly ReportWindow Week = ReportWindow.Between(new(2026, 5, 1), new(2026, 5, 7), DateTimeZone.Utc);

    protected TestDatabase Database { get; } = fixture.Database;

    protected Seed Seed => Database.Seed;

    private protected EngineParts Parts => parts;

    protected IUsageEngine EngineUnderTest => parts.Engine;

    protected IUsageReports Reports => parts.Reports;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal static EngineParts Engine(
        TestDatabase database, UsageEngineOptions options, CostEstimate? costs = null, IDrainObserver? observer = null,
        Func<NpgsqlConnection, CancellationToken, Task<CostEstimate>>? prices = null, TimeProvider? time = null) => new(
        database.DataSource, Options.Create(options), time ?? TimeProvider.System, NullLoggerFactory.Instance,
        new EngineMetrics(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>()),
        observer, prices ?? (costs is null ? null : (_, _) => Task.FromResult(costs)));

    protected Task BackfillAsync() => EngineUnderTest.BackfillAsync(new BackfillRequest(), cancellationToken: Cancellation);

    protected Task DrainAsync() => EngineUnderTest.DrainAsync(cancellationToken: Cancellation);

    /// <summary>Both sources, forced one at a time.</summary>
    public static TheoryData<ReportMode> BothSources => [ReportMode.Rollup, ReportMode.Raw];
}
