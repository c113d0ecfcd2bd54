using Microsoft.Extensions.Logging;
using Npgsql;
using Usage.Engine.Diagnostics;

namespace Usage.Engine.Recording;

/// <summary>Records usage in its own transactions or in the caller's.</summary>
internal sealed class UsageRecorder(NpgsqlDataSource dataSource, LateUsage lateUsage, ILogger<UsageRecorder> logger, WorkMeter meter) : IUsageRecorder
{
    private readonly ReportStore store = new(dataSource, lateUsage, logger);

    public async Task RecordAsync(Guid taskId, IReadOnlyList<UsageEntry> entries, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entries);
        Settle(await StoreAsync(new(taskId, entries), admits: null, cancellationToken).ConfigureAwait(false));
    }

    public async Task RecordAsync(
        Guid taskId, IReadOnlyList<UsageEntry> entries, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entries);
        Settle(await StoreAsync(RecordingPlace.In(transaction), new(taskId, entries), cancellationToken).ConfigureAwait(false));
    }

    /// <summary>As the public overload, but a task in a workspace that is not admitted counts as unknown.</summary>
    internal async Task RecordAsync(
        Guid taskId, IReadOnlyList<UsageEntry> entries, Func<Guid, ValueTask<bool>> admits, CancellationToken cancellationToken) =>
        Settle(await StoreAsync(new(taskId, entries), admits, cancellationToken).ConfigureAwait(false));

    public async Task<IReadOnlyList<TaskUsageResult>> RecordBatchAsync(
        IReadOnlyList<TaskUsageEntries> tasks, CancellationToken cancellationToken = default) =>
        await RecordEachAsync(tasks, task => TryStoreAsync(task, cancellationToken), cancellationToken).ConfigureAwait(false);

    public async Task<IReadOnlyList<TaskUsageResult>> RecordBatchAsync(
        IReadOnlyList<TaskUsageEntries> tasks, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var place = RecordingPlace.In(transaction);
        return await RecordEachAsync(tasks, task => StoreAsync(place, task, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    public Task<bool> AddAsync(
        Guid taskId, string key, IReadOnlyList<UsageEntry> entries, CancellationToken cancellationToken = default) =>
        AddAsync(
            taskId, key, entries, (task, write) => MeasureAsync(() => store.StoreAsync(task, admits: null, write, cancellationToken)));

    /// <summary>As the other; a task whose workspace the caller does not admit is unknown.</summary>
    internal Task<bool> AddAsync(
        Guid taskId, string key, IReadOnlyList<UsageEntry> entries, Func<Guid, ValueTask<bool>> admits, CancellationToken cancellationToken) =>
        AddAsync(taskId, key, entries, (task, write) => MeasureAsync(() => store.StoreAsync(task, admits, write, cancellationToken)));

    public Task<bool> AddAsync(
        Guid taskId, string key, IReadOnlyList<UsageEntry> entries, NpgsqlTransaction transaction,
        CancellationToken cancellationToken) =>
        AddAsync(
            taskId, key, entries,
            (task, write) => MeasureAsync(() => store.StoreAsync(RecordingPlace.In(transaction), task, write, cancellationToken)));

    private static async Task<bool> AddAsync(
        Guid taskId, string key, IReadOnlyList<UsageEntry> entries, Func<TaskUsageEntries, ReportWrite, Task<TaskUsageResult>> store)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(entries);
        UsageProblem[] problems = [.. UsageEntryValidator.CheckKey(key)];
        if (problems.Length > 0)
        {
            throw new UsageValidationException(problems);
        }

        var isAdded = false;
        Settle(await store(new(taskId, entries), async (place, task, report, cancellationToken) =>
        {
            (isAdded, var refused) = await AddedUsageWrite.RunAsync(place, task.Id, key, report, cancellationToken).ConfigureAwait(false);
            return refused;
        }).ConfigureAwait(false));
        return isAdded;
    }

    private static async Task<IReadOnlyList<TaskUsageResult>> RecordEachAsync(
        IReadOnlyList<TaskUsageEntries> tasks, Func<TaskUsageEntries, Task<TaskUsageResult>> record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        UsageProblem[] problems = [.. UsageEntryValidator.CheckBatch(tasks)];
        if (problems.Length > 0)
        {
            throw new UsageValidationException(problems);
        }

        var seen = new HashSet<Guid>();
        var results = new List<TaskUsageResult>(tasks.Count);
        foreach (var task in tasks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            results.Add(seen.Add(task.TaskId)
                ? await record(task).ConfigureAwait(false)
                : ReportStore.Refused(task.TaskId, [UsageEntryValidator.RepeatedTask(task.TaskId)]));
        }

        return results;
    }

    private Task<TaskUsageResult> StoreAsync(TaskUsageEntries task, Func<Guid, ValueTask<bool>>? admits, CancellationToken cancellationToken) =>
        MeasureAsync(() => store.StoreAsync(task, admits, cancellationToken));

    private Task<TaskUsageResult> StoreAsync(RecordingPlace place, TaskUsageEntries task, CancellationToken cancellationToken) =>
        MeasureAsync(() => store.StoreAsync(place, task, cancellationToken));

    private Task<TaskUsageResult> MeasureAsync(Func<Task<TaskUsageResult>> store) => meter.RunAsync(
        about: null, store, result => new("usage.outcome", result.Outcome switch
        {
            TaskUsageOutcome.Stored => "stored",
            TaskUsageOutcome.Refused => "refused",
            TaskUsageOutcome.UnknownTask => "unknown_task",
            _ => "failed",
        }));

    private async Task<TaskUsageResult> TryStoreAsync(TaskUsageEntries task, CancellationToken cancellationToken)
    {
        try
        {
            return await StoreAsync(task, admits: null, cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException failure) when (!store.IsInCallersScope && !cancellationToken.IsCancellationRequested)
        {
            logger.ReportNotStored(task.TaskId, failure);
            return new(task.TaskId, TaskUsageOutcome.Failed, []);
        }
    }

    private static void Settle(TaskUsageResult result)
    {
        switch (result.Outcome)
        {
            case TaskUsageOutcome.Refused: throw new UsageValidationException(result.Problems);
            case TaskUsageOutcome.UnknownTask: throw new UnknownTaskException(result.TaskId);
        }
    }
}
