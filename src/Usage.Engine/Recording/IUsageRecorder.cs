using NodaTime;
using Npgsql;

namespace Usage.Engine.Recording;

/// <summary>Records the token usage that tasks report.</summary>
/// <remarks>
/// A caller's transaction is one that is passed in, or an ambient <c>TransactionScope</c>. The recorder writes in it, at whatever
/// isolation level it has, and neither commits nor rolls it back. Database errors are thrown unchanged and not retried, because
/// they fail the transaction. A report that is rejected, or whose task is unknown, has written nothing, and the transaction
/// remains usable. An ambient scope needs <c>TransactionScopeAsyncFlowOption.Enabled</c>. To share one connection, the
/// application's work in the scope must use the same <c>NpgsqlDataSource</c> as the engine. Connections with <c>Enlist=false</c>
/// don't join a scope.
/// </remarks>
public interface IUsageRecorder
{
    /// <summary>
    /// Records one task's usage: all entries, or none. An upsert on (task, provider, model): recording the same entries again
    /// changes no figure. If an older writer stored the row under another spelling of the provider, that row is replaced. The
    /// write joins an ambient scope, if there is one; otherwise it has its own transaction, which is retried after a race with
    /// another writer.
    /// </summary>
    /// <remarks>
    /// Safe to await while another open transaction has updated the task. If another transaction has deleted the task, locked it
    /// <c>for update</c> or written its usage, the call waits for it to end; pass that transaction instead.
    /// </remarks>
    /// <exception cref="UsageValidationException">The entries break a rule. Lists every problem.</exception>
    /// <exception cref="UnknownTaskException">The task does not exist.</exception>
    Task RecordAsync(Guid taskId, IReadOnlyList<UsageEntry> entries, CancellationToken cancellationToken = default);

    /// <summary>Records one task's usage in the caller's transaction, on its connection.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="entries">The task's entries, 1 to 100.</param>
    /// <param name="transaction">An open transaction on the application's database. The caller commits it.</param>
    /// <param name="cancellationToken">Cancels the current statement, which fails the transaction.</param>
    /// <exception cref="UsageValidationException">The entries break a rule. Lists every problem.</exception>
    /// <exception cref="UnknownTaskException">The task does not exist.</exception>
    /// <exception cref="InvalidOperationException">The transaction has ended.</exception>
    Task RecordAsync(
        Guid taskId, IReadOnlyList<UsageEntry> entries, NpgsqlTransaction transaction, CancellationToken cancellationToken);

    /// <summary>
    /// Records the usage of several tasks, at most 1,000 entries in total. A task that is rejected or unknown does not stop the
    /// others; a task that appears twice is rejected the second time. Each task has its own transaction, so after a cancellation
    /// the tasks before it are stored. In an ambient scope all tasks join it, and database errors are thrown.
    /// </summary>
    /// <returns>One result per task, in the order given.</returns>
    /// <exception cref="UsageValidationException">The batch as a whole is invalid: empty or too large.</exception>
    Task<IReadOnlyList<TaskUsageResult>> RecordBatchAsync(
        IReadOnlyList<TaskUsageEntries> tasks, CancellationToken cancellationToken = default);

    /// <summary>
    /// Records the usage of several tasks in the caller's transaction, on its connection. No result is <c>Failed</c>: database
    /// errors are thrown.
    /// </summary>
    /// <param name="tasks">The tasks, with at most 1,000 entries in total.</param>
    /// <param name="transaction">An open transaction on the application's database. The caller commits it.</param>
    /// <param name="cancellationToken">Cancels the current statement, which fails the transaction.</param>
    /// <returns>One result per task, in the order given.</returns>
    /// <exception cref="UsageValidationException">The batch as a whole is invalid: empty or too large.</exception>
    /// <exception cref="InvalidOperationException">The transaction has ended.</exception>
    Task<IReadOnlyList<TaskUsageResult>> RecordBatchAsync(
        IReadOnlyList<TaskUsageEntries> tasks, NpgsqlTransaction transaction, CancellationToken cancellationToken);

    /// <summary>
    /// Adds to a task's usage: all entries, or none. Each entry's figures are added to the row of the same provider and model, which
    /// keeps its time. If one part of a row has no cost, the row has none and is estimated as a whole. The addition joins an ambient scope;
    /// otherwise it has its own transaction, which is retried after a race.
    /// </summary>
    /// <param name="taskId">The task.</param>
    /// <param name="key">
    /// Identifies this addition within the task, 1 to 200 characters: a second one with the same key adds nothing. Keys are kept for seven
    /// days; do not retry an addition after that.
    /// </param>
    /// <param name="entries">The entries to add.</param>
    /// <param name="cancellationToken">Cancels the current statement.</param>
    /// <returns>Whether it was added; false if an earlier call with this key has added it.</returns>
    /// <exception cref="UsageValidationException">
    /// The entries break a rule, such as a sum above 10^12 tokens or 10^15 cost ticks. Lists every problem.
    /// </exception>
    /// <exception cref="UnknownTaskException">The task does not exist.</exception>
    Task<bool> AddAsync(
        Guid taskId, string key, IReadOnlyList<UsageEntry> entries, CancellationToken cancellationToken = default);

    /// <summary>Adds to a task's usage in the caller's transaction, on its connection.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="key">Identifies this addition within the task, 1 to 200 characters.</param>
    /// <param name="entries">The entries to add.</param>
    /// <param name="transaction">An open transaction on the application's database. The caller commits it.</param>
    /// <param name="cancellationToken">Cancels the current statement, which fails the transaction.</param>
    /// <returns>Whether it was added; false if an earlier call with this key has added it.</returns>
    /// <exception cref="UsageValidationException">The entries break a rule. Lists every problem.</exception>
    /// <exception cref="UnknownTaskException">The task does not exist.</exception>
    /// <exception cref="InvalidOperationException">The transaction has ended.</exception>
    Task<bool> AddAsync(
        Guid taskId, string key, IReadOnlyList<UsageEntry> entries, NpgsqlTransaction transaction, CancellationToken cancellationToken);
}
