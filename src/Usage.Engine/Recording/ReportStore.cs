using System.Transactions;
using Microsoft.Extensions.Logging;
using NodaTime;
using Npgsql;

namespace Usage.Engine.Recording;

/// <summary>
/// Stores one report in two round trips: one reads the task, one writes. The task's row is never locked, because an application
/// may await the call while holding that lock itself. The foreign key catches a task that is deleted in between.
/// </summary>
internal sealed class ReportStore(NpgsqlDataSource dataSource, LateUsage lateUsage, ILogger logger)
{
    /// <summary>Errors that a retry can resolve: a race with another report, an older writer or a delete.</summary>
    private static readonly HashSet<string> WorthAnotherTry =
    [
        PostgresErrorCodes.DeadlockDetected, PostgresErrorCodes.SerializationFailure,
        PostgresErrorCodes.UniqueViolation, PostgresErrorCodes.ForeignKeyViolation,
    ];

    private const int MaxTries = 3;

    private readonly bool enlists = new NpgsqlConnectionStringBuilder(dataSource.ConnectionString).Enlist;

    /// <summary>Whether a connection opened now joins an ambient transaction.</summary>
    public bool IsInCallersScope => enlists && Transaction.Current is not null;

    /// <summary>Stores a report in the ambient scope, or else in a transaction of its own.</summary>
    /// <param name="task">The task and its report.</param>
    /// <param name="admits">Whether usage of a workspace may be recorded; null admits every workspace.</param>
    /// <param name="cancellationToken">Cancels what is under way.</param>
    public Task<TaskUsageResult> StoreAsync(
        TaskUsageEntries task, Func<Guid, ValueTask<bool>>? admits, CancellationToken cancellationToken) =>
        StoreAsync(task, admits, Replace, cancellationToken);

    /// <summary>The same, by another write.</summary>
    public async Task<TaskUsageResult> StoreAsync(
        TaskUsageEntries task, Func<Guid, ValueTask<bool>>? admits, ReportWrite write, CancellationToken cancellationToken)
    {
        if (RefusedForItsSize(task) is { } refused)
        {
            return refused;
        }

        var ofTheCaller = IsInCallersScope;
        for (var tries = 1; ; tries++)
        {
            try
            {
                var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
                await using var _connection = connection.ConfigureAwait(false);
                return await StoreOnceAsync(new(connection, Transaction: null, ofTheCaller), task, admits, write, cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException failure) when (!ofTheCaller && tries < MaxTries && WorthAnotherTry.Contains(failure.SqlState))
            {
                logger.ReportTriedAgain(task.TaskId, failure.SqlState);
            }
        }
    }

    /// <summary>Stores a report in the transaction that the caller passed.</summary>
    public Task<TaskUsageResult> StoreAsync(RecordingPlace place, TaskUsageEntries task, CancellationToken cancellationToken) =>
        StoreAsync(place, task, Replace, cancellationToken);

    /// <summary>The same, by another write.</summary>
    public async Task<TaskUsageResult> StoreAsync(
        RecordingPlace place, TaskUsageEntries task, ReportWrite write, CancellationToken cancellationToken) =>
        RefusedForItsSize(task) ?? await StoreOnceAsync(place, task, admits: null, write, cancellationToken).ConfigureAwait(false);

    public static TaskUsageResult Refused(Guid taskId, IReadOnlyList<UsageProblem> problems) =>
        new(taskId, TaskUsageOutcome.Refused, problems);

    private async Task<TaskUsageResult> StoreOnceAsync(
        RecordingPlace place, TaskUsageEntries task, Func<Guid, ValueTask<bool>>? admits, ReportWrite write,
        CancellationToken cancellationToken)
    {
        if (await ReportedTask.ReadAsync(place.Connection, place.Transaction, task.TaskId, cancellationToken).ConfigureAwait(false) is not { } found
            || (admits is not null && !await admits(found.WorkspaceId).ConfigureAwait(false)))
        {
            return new(task.TaskId, TaskUsageOutcome.UnknownTask, []);
        }

        UsageEntry[] report = [.. task.Entries.Select(entry => UsageEntryNormalizer.Normalize(entry, found.RuntimeProvider))];
        UsageProblem[] problems = [.. UsageEntryValidator.CheckEntries(report, Instant.FromDateTimeUtc(found.Now))];
        if (problems.Length > 0)
        {
            return Refused(task.TaskId, problems);
        }

        if (lateUsage == LateUsage.Refuse
            && await LateEntries.FindAsync(place, task.TaskId, report, cancellationToken).ConfigureAwait(false) is { Count: > 0 } late)
        {
            return Refused(task.TaskId, late);
        }

        return await write(place, found, report, cancellationToken).ConfigureAwait(false) is { } refused
            ? Refused(task.TaskId, [refused])
            : new(task.TaskId, TaskUsageOutcome.Stored, []);
    }

    private static async Task<UsageProblem?> Replace(
        RecordingPlace place, ReportedTask task, UsageEntry[] report, CancellationToken cancellationToken)
    {
        var batch = UsageRowWrite.Create(place, task.Id, report, task.HasOtherSpellings);
        await using var _batch = batch.ConfigureAwait(false);
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        return null;
    }

    private static TaskUsageResult? RefusedForItsSize(TaskUsageEntries task)
    {
        UsageProblem[] problems = [.. UsageEntryValidator.CheckReport(task.Entries)];
        return problems.Length > 0 ? Refused(task.TaskId, problems) : null;
    }
}

/// <summary>Writes a checked report; returns why it is refused where only the write can tell.</summary>
/// <param name="place">Where it is written.</param>
/// <param name="task">The task.</param>
/// <param name="report">Normalised entries that break no rule.</param>
/// <param name="cancellationToken">Cancels the current statement.</param>
internal delegate Task<UsageProblem?> ReportWrite(
    RecordingPlace place, ReportedTask task, UsageEntry[] report, CancellationToken cancellationToken);
