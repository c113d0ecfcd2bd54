using Microsoft.Extensions.Logging;
using NodaTime;
using Npgsql;

namespace Usage.Engine.Recording;

/// <summary>
/// Stores reports, in two round trips: one reads the task, one is the transaction that writes. The task's row is never locked: an
/// application may await a report while it holds that row's lock itself. A task that is deleted meanwhile is found by the foreign key.
/// </summary>
internal sealed class UsageRecorder(NpgsqlDataSource dataSource, ILogger<UsageRecorder> logger) : IUsageRecorder
{
    /// <summary>The database's time, the provider of the task's runtime, and whether rows of the task are spelled otherwise.</summary>
    internal const string ReadTask = """
        select now(),
               r.provider,
               exists (
                   select from public.task_usage u
                   where u.task_id = t.id
                     and u.provider <> lower(btrim(u.provider, e' \t\n\x0b\f\r') collate "C"))
        from public.agent_task_queue t
        left join public.agent_runtime r on r.id = t.runtime_id
        where t.id = @task_id
        """;

    /// <summary>A failure that another try can mend: a race with another report, an older writer or a delete.</summary>
    private static readonly HashSet<string> WorthAnotherTry =
    [
        PostgresErrorCodes.DeadlockDetected, PostgresErrorCodes.SerializationFailure,
        PostgresErrorCodes.UniqueViolation, PostgresErrorCodes.ForeignKeyViolation,
    ];

    private const int MaxTries = 3;

    public async Task RecordAsync(Guid taskId, IReadOnlyList<UsageEntry> entries, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var result = await StoreAsync(taskId, entries, cancellationToken);
        switch (result.Outcome)
        {
            case TaskUsageOutcome.Refused: throw new UsageValidationException(result.Problems);
            case TaskUsageOutcome.UnknownTask: throw new UnknownTaskException(taskId);
        }
    }

    public async Task<IReadOnlyList<TaskUsageResult>> RecordBatchAsync(
        IReadOnlyList<TaskUsage> tasks, CancellationToken cancellationToken = default)
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
                ? await TryStoreAsync(task, cancellationToken)
                : Refused(task.TaskId, [UsageEntryValidator.RepeatedTask(task.TaskId)]));
        }

        return results;
    }

    private async Task<TaskUsageResult> TryStoreAsync(TaskUsage task, CancellationToken cancellationToken)
    {
        try
        {
            return await StoreAsync(task.TaskId, task.Entries, cancellationToken);
        }
        catch (NpgsqlException failure) when (!cancellationToken.IsCancellationRequested)
        {
            logger.ReportNotStored(task.TaskId, failure);
            return new(task.TaskId, TaskUsageOutcome.Failed, []);
        }
    }

    private async Task<TaskUsageResult> StoreAsync(
        Guid taskId, IReadOnlyList<UsageEntry> entries, CancellationToken cancellationToken)
    {
        UsageProblem[] problems = [.. UsageEntryValidator.CheckReport(entries)];
        if (problems.Length > 0)
        {
            return Refused(taskId, problems);
        }

        for (var tries = 1; ; tries++)
        {
            try
            {
                return await StoreOnceAsync(taskId, entries, cancellationToken);
            }
            catch (PostgresException failure) when (tries < MaxTries && WorthAnotherTry.Contains(failure.SqlState))
            {
                logger.ReportTriedAgain(taskId, failure.SqlState);
            }
        }
    }

    private async Task<TaskUsageResult> StoreOnceAsync(
        Guid taskId, IReadOnlyList<UsageEntry> entries, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (await ReadTaskAsync(connection, taskId, cancellationToken) is not { } task)
        {
            return new(taskId, TaskUsageOutcome.UnknownTask, []);
        }

        UsageEntry[] report = [.. entries.Select(entry => UsageEntryNormalizer.Normalize(entry, task.RuntimeProvider))];
        UsageProblem[] problems = [.. UsageEntryValidator.CheckEntries(report, task.Now)];
        if (problems.Length > 0)
        {
            return Refused(taskId, problems);
        }

        await using var batch = UsageRowWrite.Create(connection, taskId, report, task.HasOtherSpellings);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return new(taskId, TaskUsageOutcome.Stored, []);
    }

    private static async Task<ReportedTask?> ReadTaskAsync(
        NpgsqlConnection connection, Guid taskId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadTask, connection) { Parameters = { new("task_id", taskId) } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new(reader.GetFieldValue<Instant>(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.GetBoolean(2))
            : null;
    }

    private static TaskUsageResult Refused(Guid taskId, IReadOnlyList<UsageProblem> problems) =>
        new(taskId, TaskUsageOutcome.Refused, problems);

    private sealed record ReportedTask(Instant Now, string? RuntimeProvider, bool HasOtherSpellings);
}
