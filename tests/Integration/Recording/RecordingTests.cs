using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using Npgsql;
using Usage.Engine.Diagnostics;
using Usage.Engine.Recording;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Recording;

/// <summary>Tests of a recorder on the class's database.</summary>
public abstract class RecordingTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    protected TestDatabase Database { get; } = fixture.Database;

    protected Seed Seed => Database.Seed;

    protected IUsageRecorder Recorder { get; } = RecorderOn(fixture.Database.DataSource);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected static IUsageRecorder RecorderOn(NpgsqlDataSource source) => new UsageRecorder(
        source, LateUsage.Accept, NullLogger<UsageRecorder>.Instance,
        new WorkMeter(new Meter("none listens").CreateHistogram<double>("duration"), "usage.recording", TimeProvider.System));

    protected Task RecordAsync(Guid task, params UsageEntry[] entries) => Recorder.RecordAsync(task, entries, Cancellation);

    protected Task<Instant> NowAsync() => Database.ScalarAsync<Instant>("select now()");

    protected Task<IReadOnlyList<StoredRow>> RowsAsync(Guid task) => Database.QueryAsync<StoredRow>(
        """
        select id, provider, model, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd_ticks,
               created_at, updated_at
        from public.task_usage
        where task_id = @task
        order by provider collate "C", model collate "C"
        """,
        new { task });

    protected async Task<StoredRow> OnlyRowAsync(Guid task) => Assert.Single(await RowsAsync(task));

    protected sealed record StoredRow(
        Guid Id, string Provider, string Model, long InputTokens, long OutputTokens, long CacheReadTokens, long CacheWriteTokens,
        long? CostUsdTicks, Instant CreatedAt, Instant? UpdatedAt);
}
