using Usage.Engine;
using Usage.Engine.Maintenance;
using Usage.Engine.Reporting;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Reporting;

/// <summary>A database with random, drained usage, and its reports.</summary>
public sealed class RandomUsageFixture(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase database = null!;

    public TestDatabase Database => database;

    internal RandomUsage Usage { get; private set; } = null!;

    internal NaiveUsage Naive { get; private set; } = null!;

    internal IUsageReports Reports { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        database = await postgres.CreateDatabaseAsync();
        Usage = new(database, new Random(20_260_506));
        await Usage.InsertAsync();
        await database.ExecuteAsync(
            """
            insert into public.task_usage (task_id, provider, model, input_tokens, created_at)
            select t.id, 'out of range', d::text, 1000, d
            from public.agent_task_queue t
            cross join unnest('{1999-12-31 23:59:59+00, 2101-01-01 00:00:00+00, infinity, -infinity}'::timestamptz[]) d
            """);
        var parts = ReportingTests.Engine(database, new UsageEngineOptions(), Prices.Estimate);
        await parts.Engine.BackfillAsync(new BackfillRequest());
        Reports = parts.Reports;
        Naive = await NaiveUsage.ReadAsync(database);
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();
}
