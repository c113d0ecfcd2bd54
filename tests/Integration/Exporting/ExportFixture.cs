using NodaTime;
using Usage.Engine;
using Usage.Engine.Exporting;
using Usage.Engine.Maintenance;
using Usage.Engine.Pricing;
using Usage.Engine.Reporting;
using Usage.Parquet;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Usage.Tests.Integration.Reporting;
using Xunit;

namespace Usage.Tests.Integration.Exporting;

/// <summary>Random usage around the changes of many clocks, drained, with prices in fractions of a tick that change in its midst.</summary>
public sealed class ExportFixture(PostgresFixture postgres) : IAsyncLifetime
{
    private TestEngine engine = null!;

    public TestDatabase Database { get; private set; } = null!;

    public IReadOnlyList<Guid> Workspaces { get; private set; } = [];

    public UsageExports Exports { get; private set; } = null!;

    public IUsageReports Reports => engine.Parts.Reports;

    internal IUsageEngine Engine => engine.Engine;

    public async ValueTask InitializeAsync()
    {
        Database = await postgres.CreateDatabaseAsync();
        RandomUsage usage = new(Database, new Random(20_261_125));
        await usage.InsertAsync();
        Workspaces = usage.Workspaces;
        PriceStore prices = new(Database.DataSource);
        LocalDate?[] dates = [null, new(2011, 12, 30), new(2026, 3, 8), new(2026, 4, 24), new(2026, 11, 1)];
        await prices.ImportAsync(
            [
                .. dates.Select((date, number) => new ModelPrice("", "gpt", date, 0.3000000007m + number, 1.25m, 0.0300000001m, 0.375m)),
                .. dates.Select((date, number) => new ModelPrice("anthropic", "claude", date, 3, 15 + number, 0.3m, 3.75m)),
            ],
            new("test.csv", PriceListFormat.Usage, ""));
        engine = TestEngine.On(Database);
        await engine.Engine.BackfillAsync(new BackfillRequest());
        Exports = new(engine.Parts.ReportDatabase, [new ParquetExport()]);
    }

    public async ValueTask DisposeAsync()
    {
        await engine.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>Exports to a file of its own.</summary>
    public async Task<ExportedFile> ExportAsync(ExportRequest request, string format)
    {
        ExportedFile file = new();
        await using var output = File.Create(file.Path);
        await Exports.WriteAsync(request, Exports.Find(format)!, output, TestContext.Current.CancellationToken);
        return file;
    }
}
