using NodaTime;
using Npgsql;
using Usage.Engine.Database;
using Usage.Engine.Diagnostics;
using Usage.Engine.Marks;
using Usage.Engine.Rollup;

namespace Usage.Engine.Draining;

/// <summary>
/// One drain: takes the marks of some hours and replaces the buckets that they name, with their sets of tasks, in one
/// transaction. Each step is a statement of its own, in this order, because each must see what the one before it made certain:
/// the lock keeps every other drain out of the hours, so that an older result never overwrites a newer one;
/// the claim, after it, takes marks whose changes are committed;
/// the read, after that, has a snapshot that contains each of those changes.
/// Whatever commits later brings a mark of its own, which the claim has not taken. A drain that dies at any step gives its marks back.
/// </summary>
internal sealed class Drainer(
    NpgsqlDataSource database, DrainSession session, SetAsideAgents setAside, IDrainObserver observer, EngineMetrics metrics, TimeProvider time)
{
    /// <summary>Drains the hours that no other replica holds.</summary>
    /// <param name="hours">The picked hours with their marks.</param>
    /// <param name="horizon">Beyond which their marks are; null where nothing is known.</param>
    /// <param name="rollup">A rollup to reuse, not shared with other drains. It is cleared first.</param>
    /// <param name="cancellationToken">Rolls the transaction back.</param>
    /// <exception cref="NpgsqlException">The database failed. No mark is lost.</exception>
    public async Task<DrainResult> DrainAsync(
        IReadOnlyCollection<MarkedHour> hours, MarkHorizon? horizon, HourRollup rollup, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var connection = await DrainSession.OpenAsync(database, cancellationToken).ConfigureAwait(false);
        await using var _connection = connection.ConfigureAwait(false);
        var transaction = await session.BeginAsync(connection, cancellationToken).ConfigureAwait(false);
        await using var _transaction = transaction.ConfigureAwait(false);

        var locked = await HourLocks.TryLockAsync(connection, hours, cancellationToken).ConfigureAwait(false);
        if (locked.Count == 0)
        {
            return DrainResult.Nothing;
        }

        await observer.ReachedAsync(DrainStep.Locked, cancellationToken).ConfigureAwait(false);
        var claiming = time.GetTimestamp();
        var claimed = await MarkJournal.ClaimAsync(connection, locked, cancellationToken).ConfigureAwait(false);
        if (claimed.Count == 0)
        {
            return DrainResult.Nothing;
        }

        await observer.ReachedAsync(DrainStep.Claimed, cancellationToken).ConfigureAwait(false);
        var set = await MarkJournal.ResolveAsync(connection, claimed, cancellationToken).ConfigureAwait(false);
        await observer.ReachedAsync(DrainStep.Resolved, cancellationToken).ConfigureAwait(false);

        rollup.Clear();
        await RawUsageReader.ReadTasksAsync(connection, set, rollup, cancellationToken).ConfigureAwait(false);
        await observer.ReachedAsync(DrainStep.TasksRead, cancellationToken).ConfigureAwait(false);

        var (changes, taskSets) = set.IsEmpty
            ? (BucketChanges.None, TaskSetChanges.None)
            : await ComputeAsync(connection, set, rollup, cancellationToken).ConfigureAwait(false);
        var overflows = rollup.Overflows;
        await observer.ReachedAsync(DrainStep.Computed, cancellationToken).ConfigureAwait(false);

        var writes = connection.CreateBatch();
        await using var _writes = writes.ConfigureAwait(false);
        await BucketStore.AddChangesAsync(connection, writes, changes, cancellationToken).ConfigureAwait(false);
        await TaskSetStore.AddChangesAsync(connection, writes, taskSets, cancellationToken).ConfigureAwait(false);
        setAside.AddTo(writes, claimed, set, overflows);
        LateUsageJournal.AddTo(writes, claimed.Frozen);
        if (writes.BatchCommands.Count > 0)
        {
            await writes.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        await observer.ReachedAsync(DrainStep.Replaced, cancellationToken).ConfigureAwait(false);

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        metrics.Fresh(claimed.LiveAges(horizon?.At), time.GetElapsedTime(claiming));
        setAside.Report(overflows);
        await observer.ReachedAsync(DrainStep.Committed, cancellationToken).ConfigureAwait(false);
        return new(
            claimed.Hours.Count, claimed.Count, rollup.Rows, changes.Inserts.Count + changes.Updates.Count, changes.Deletes.Count,
            overflows.Count, Duration.FromTimeSpan(time.GetElapsedTime(started)));
    }

    /// <summary>
    /// Reads raw rows and stored buckets in one round trip, and compares what the rows add up to with what is stored. Of an agent that is
    /// not recomputed, or whose sums overflow, nothing is compared: its buckets and sets of tasks stay as they are.
    /// </summary>
    private static async Task<(BucketChanges Buckets, TaskSetChanges TaskSets)> ComputeAsync(
        NpgsqlConnection connection, RecomputeSet set, HourRollup rollup, CancellationToken cancellationToken)
    {
        var reads = connection.CreateBatch();
        await using var _reads = reads.ConfigureAwait(false);
        RawUsageReader.AddRowsTo(reads, set);
        TaskSetStore.AddReadTo(reads, set);
        BucketStore.AddReadTo(reads, set);
        var reader = await reads.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        await RawUsageReader.ReadRowsAsync(reader, set, rollup, cancellationToken).ConfigureAwait(false);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        var storedSets = await TaskSetStore.ReadAsync(reader, cancellationToken).ConfigureAwait(false);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        var stored = await BucketStore.ReadAsync(reader, cancellationToken).ConfigureAwait(false);
        var overflows = rollup.Overflows;
        var replacesAll = set.Deferred.Count == 0 && overflows.Count == 0;
        bool Replaces(HourBucket hour, Guid agentId) =>
            replacesAll || (set.Holds(hour, agentId) && !overflows.ContainsKey((hour, agentId)));

        return (
            BucketChanges.Between(rollup.Buckets, stored.Where(bucket => Replaces(bucket.Key.Hour, bucket.Key.AgentId))),
            TaskSetChanges.Between(rollup.TaskSets, storedSets.Where(tasks => Replaces(tasks.Key.Hour, tasks.Key.Whom.AgentId))));
    }
}
