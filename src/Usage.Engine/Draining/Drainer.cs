using NodaTime;
using Npgsql;
using Usage.Engine.Database;
using Usage.Engine.Diagnostics;
using Usage.Engine.Marks;
using Usage.Engine.Rollup;

namespace Usage.Engine.Draining;

/// <summary>
/// One drain: takes the marks of some hours and replaces the buckets that they name, with their sets of tasks, in one transaction. Each step is a statement
/// of its own, in this order, because each must see what the one before it made certain:
/// the lock keeps every other drain out of the hours, so that an older result never overwrites a newer one;
/// the claim, after it, takes marks whose changes are committed;
/// the read, after that, has a snapshot that contains each of those changes.
/// Whatever commits later brings a mark of its own, which the claim has not taken. A drain that dies at any step gives its marks back.
/// </summary>
internal sealed class Drainer(
    NpgsqlDataSource database, DrainSession session, IDrainObserver observer, TimeProvider time)
{
    /// <summary>Drains those of the hours that no other replica holds.</summary>
    /// <param name="hours">The hours, with their marks.</param>
    /// <param name="rollup">Room to compute in, of this caller alone; what it holds is forgotten.</param>
    /// <param name="cancellationToken">Rolls back what is not committed.</param>
    /// <exception cref="OverflowException">A measure of a bucket leaves 64 bits.</exception>
    /// <exception cref="NpgsqlException">The database failed; no mark is lost.</exception>
    public async Task<DrainResult> DrainAsync(
        IReadOnlyCollection<MarkedHour> hours, HourRollup rollup, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await session.BeginAsync(connection, cancellationToken);

        var locked = await HourLocks.TryLockAsync(connection, hours, cancellationToken);
        if (locked.Count == 0)
        {
            return DrainResult.Nothing;
        }

        await observer.ReachedAsync(DrainStep.Locked, cancellationToken);
        var claimed = await MarkJournal.ClaimAsync(connection, locked, cancellationToken);
        if (claimed.Count == 0)
        {
            return DrainResult.Nothing;
        }

        await observer.ReachedAsync(DrainStep.Claimed, cancellationToken);
        var set = await MarkJournal.ResolveAsync(connection, claimed, cancellationToken);
        await observer.ReachedAsync(DrainStep.Resolved, cancellationToken);

        var (changes, taskSets) = await ComputeAsync(connection, set, rollup, cancellationToken);
        await observer.ReachedAsync(DrainStep.Computed, cancellationToken);

        await using var writes = connection.CreateBatch();
        await BucketStore.AddChangesAsync(connection, writes, changes, cancellationToken);
        await TaskSetStore.AddChangesAsync(connection, writes, taskSets, cancellationToken);
        SetAsideMarks.AddForgetTo(writes, claimed.Hours);
        await writes.ExecuteNonQueryAsync(cancellationToken);
        await observer.ReachedAsync(DrainStep.Replaced, cancellationToken);

        await transaction.CommitAsync(cancellationToken);
        await observer.ReachedAsync(DrainStep.Committed, cancellationToken);
        return new(
            claimed.Hours.Count, claimed.Count, rollup.Rows, changes.Inserts.Count + changes.Updates.Count, changes.Deletes.Count,
            Failed: 0, Duration.FromTimeSpan(time.GetElapsedTime(started)));
    }

    /// <summary>Reads raw rows and stored buckets in one round trip, and compares what the rows add up to with what is stored.</summary>
    private static async Task<(BucketChanges Buckets, TaskSetChanges TaskSets)> ComputeAsync(
        NpgsqlConnection connection, RecomputeSet set, HourRollup rollup, CancellationToken cancellationToken)
    {
        rollup.Clear();
        await using var reads = connection.CreateBatch();
        RawUsageReader.AddTo(reads, set);
        TaskSetStore.AddReadTo(reads, set);
        BucketStore.AddReadTo(reads, set);
        await using var reader = await reads.ExecuteReaderAsync(cancellationToken);
        await RawUsageReader.ReadAsync(reader, set, rollup, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var taskSets = TaskSetChanges.Between(rollup.TaskSets, await TaskSetStore.ReadAsync(reader, cancellationToken));
        await reader.NextResultAsync(cancellationToken);
        return (BucketChanges.Between(rollup.Buckets, await BucketStore.ReadAsync(reader, cancellationToken)), taskSets);
    }
}
