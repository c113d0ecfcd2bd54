using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using Usage.Engine;
using Usage.Engine.Database;
using Usage.Engine.Draining;
using Usage.Engine.Marks;
using Usage.Engine.Rollup;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Mutations;

/// <summary>A drain made of the engine's own parts, whose order a test chooses. Each method is a step.</summary>
internal sealed class StepwiseDrain : IAsyncDisposable
{
    private const string PeekSql = "select bucket_hour, task_id, agent_id, origin, enqueued_at from usage_rollup.dirty where bucket_hour = any (@hours)";
    private const string ClaimEverySql = "delete from usage_rollup.dirty where bucket_hour = any (@hours)";
    private const string MovedFirstSql = "select c.hour, m.agent_id from unnest(@hours, @tasks) c (hour, task) join usage_rollup.moved m on m.task_id = c.task";
    private const string TasksThenSql = "select c.hour, t.agent_id from unnest(@hours, @tasks) c (hour, task) join public.agent_task_queue t on t.id = c.task";

    private readonly NpgsqlConnection connection;
    private readonly DrainSession session = new(Options.Create(new UsageEngineOptions()));
    private readonly HourRollup rollup = new();
    private readonly IReadOnlyList<MarkedHour> picked;
    private NpgsqlTransaction transaction = null!;
    private ClaimedMarks claimed = new();
    private RecomputeSet set = null!;
    private BucketChanges changes = null!;

    private StepwiseDrain(NpgsqlConnection connection, IReadOnlyList<MarkedHour> picked)
    {
        this.connection = connection;
        this.picked = picked;
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Picks hours and begins the transaction.</summary>
    public static async Task<StepwiseDrain> BeginAsync(TestDatabase database)
    {
        var connection = await database.DataSource.OpenConnectionAsync(Cancellation);
        var pick = await MarkJournal.PickAsync(connection, hours: 100, horizon: null, workspaceId: null, Cancellation);
        StepwiseDrain drain = new(connection, pick.Hours);
        drain.transaction = await drain.session.BeginAsync(connection, Cancellation);
        return drain;
    }

    public async Task LockAsync()
    {
        if ((await HourLocks.TryLockAsync(connection, picked, Cancellation)).Count < picked.Count)
        {
            throw new InvalidOperationException("Another drain holds an hour that this one has picked.");
        }
    }

    public async Task ClaimAsync() => claimed = await MarkJournal.ClaimAsync(connection, picked, Cancellation);

    /// <summary>Instead of a claim: reads the marks without deleting them.</summary>
    public async Task PeekAsync()
    {
        await using var command = Command(PeekSql);
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        while (await reader.ReadAsync(Cancellation))
        {
            claimed.Add(
                reader.GetHour(0), reader.GetNullableGuid(1), reader.GetNullableGuid(2), reader.GetInt16(3), reader.GetFieldValue<NodaTime.Instant>(4));
        }
    }

    /// <summary>After a peek: deletes the marks that the hours have now.</summary>
    public async Task ClaimEveryAsync()
    {
        await using var command = Command(ClaimEverySql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    public async Task ResolveAsync() => set = await MarkJournal.ResolveAsync(connection, claimed, Cancellation);

    /// <summary>Two statements instead of one: first the former agents of tasks, then their current ones.</summary>
    public async Task ResolveByTwoAsync(Func<Task> meanwhile)
    {
        List<(HourBucket, Guid)> agents = [];
        await AddAsync(MovedFirstSql);
        await meanwhile();
        await AddAsync(TasksThenSql);
        set = new(claimed.WholeHours, [.. agents, .. claimed.Agents], []);

        async Task AddAsync(string sql)
        {
            await using NpgsqlCommand command = new(sql, connection);
            command.Parameters.AddWithValue("hours", claimed.Tasks.Select(task => task.Hour.Start).ToArray());
            command.Parameters.AddWithValue("tasks", NpgsqlDbType.Array | NpgsqlDbType.Uuid, claimed.Tasks.Select(task => task.TaskId).ToArray());
            await using var reader = await command.ExecuteReaderAsync(Cancellation);
            while (await reader.ReadAsync(Cancellation))
            {
                agents.Add((reader.GetHour(0), reader.GetGuid(1)));
            }
        }
    }

    public async Task ComputeAsync()
    {
        rollup.Clear();
        await RawUsageReader.ReadTasksAsync(connection, set, rollup, Cancellation);
        await using var reads = connection.CreateBatch();
        RawUsageReader.AddRowsTo(reads, set);
        BucketStore.AddReadTo(reads, set);
        await using var reader = await reads.ExecuteReaderAsync(Cancellation);
        await RawUsageReader.ReadRowsAsync(reader, set, rollup, Cancellation);
        await reader.NextResultAsync(Cancellation);
        changes = BucketChanges.Between(rollup.Buckets, await BucketStore.ReadAsync(reader, Cancellation));
    }

    public async Task ReplaceAsync()
    {
        await using var writes = connection.CreateBatch();
        await BucketStore.AddChangesAsync(connection, writes, changes, Cancellation);
        if (writes.BatchCommands.Count > 0)
        {
            await writes.ExecuteNonQueryAsync(Cancellation);
        }
    }

    public Task CommitAsync() => transaction.CommitAsync(Cancellation);

    /// <summary>Commits, and continues in another transaction.</summary>
    public async Task CommitAndGoOnAsync()
    {
        await transaction.CommitAsync(Cancellation);
        transaction = await session.BeginAsync(connection, Cancellation);
    }

    /// <summary>Rolls back, as if the drain had died.</summary>
    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }

    private NpgsqlCommand Command(string sql)
    {
        NpgsqlCommand command = new(sql, connection);
        command.Parameters.AddWithValue("hours", picked.Select(hour => hour.Hour.Start).ToArray());
        return command;
    }
}
