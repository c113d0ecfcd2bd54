using NodaTime;
using Npgsql;

namespace Usage.Engine.Recording;

/// <summary>Stores what a task reports of its token usage.</summary>
/// <remarks>
/// A caller's transaction is one that is passed, or an ambient <c>TransactionScope</c>. The recorder writes in it, in whatever isolation
/// level it has, and neither commits it nor rolls it back. A failure of the database is thrown as it is: the transaction has failed, and no
/// second try in it could succeed. A report that is refused, or whose task is unknown, has written nothing, and the transaction goes on.
/// An ambient scope needs <c>TransactionScopeAsyncFlowOption.Enabled</c>. Work in it goes through the same <c>NpgsqlDataSource</c> as the
/// engine's, so that both share a connection; connections with <c>Enlist=false</c> take no part in a scope.
/// </remarks>
public interface IUsageRecorder
{
    /// <summary>
    /// Stores one task's report: all entries, or none. An upsert on (task, provider, model): reporting the same thing twice changes no
    /// figure. A row that an older writer stored under another spelling of the provider is the one replaced. In an ambient scope the report
    /// is part of it; else it is a transaction of its own, which is tried again after a race with another writer.
    /// </summary>
    /// <remarks>
    /// May be awaited while another transaction that has updated the task is open. A transaction that has deleted it, locked it
    /// <c>for update</c> or written its usage must end first, or be the one that is passed: the report waits for it.
    /// </remarks>
    /// <exception cref="UsageValidationException">Something in the report is refused; every problem is named.</exception>
    /// <exception cref="UnknownTaskException">There is no such task.</exception>
    Task RecordAsync(Guid taskId, IReadOnlyList<UsageEntry> entries, CancellationToken cancellationToken = default);

    /// <summary>Stores one task's report in the caller's transaction, on its connection.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="entries">What it reports.</param>
    /// <param name="transaction">An open transaction on the application's database. The caller commits it.</param>
    /// <param name="cancellationToken">Cancels the statement under way, which fails the transaction.</param>
    /// <exception cref="UsageValidationException">Something in the report is refused; every problem is named.</exception>
    /// <exception cref="UnknownTaskException">There is no such task.</exception>
    /// <exception cref="InvalidOperationException">The transaction has ended.</exception>
    Task RecordAsync(
        Guid taskId, IReadOnlyList<UsageEntry> entries, NpgsqlTransaction transaction, CancellationToken cancellationToken);

    /// <summary>
    /// Stores the reports of several tasks, at most 1,000 entries in all. A task that is refused or unknown does not stop the others; one
    /// that comes twice is refused the second time. Each task is a transaction of its own, and after a cancellation the tasks before it are
    /// stored; in an ambient scope all of them are part of it, and a failure of the database is thrown.
    /// </summary>
    /// <returns>One result a task, in the order given.</returns>
    /// <exception cref="UsageValidationException">The batch as a whole is refused: it is empty or too large.</exception>
    Task<IReadOnlyList<TaskUsageResult>> RecordBatchAsync(
        IReadOnlyList<TaskUsage> tasks, CancellationToken cancellationToken = default);

    /// <summary>Stores the reports of several tasks in the caller's transaction, on its connection. No result is <c>Failed</c>.</summary>
    /// <param name="tasks">At most 1,000 entries in all.</param>
    /// <param name="transaction">An open transaction on the application's database. The caller commits it.</param>
    /// <param name="cancellationToken">Cancels the statement under way, which fails the transaction.</param>
    /// <returns>One result a task, in the order given.</returns>
    /// <exception cref="UsageValidationException">The batch as a whole is refused: it is empty or too large.</exception>
    /// <exception cref="InvalidOperationException">The transaction has ended.</exception>
    Task<IReadOnlyList<TaskUsageResult>> RecordBatchAsync(
        IReadOnlyList<TaskUsage> tasks, NpgsqlTransaction transaction, CancellationToken cancellationToken);

    /// <summary>
    /// Adds to what a task has used: all entries, or none. Each entry's figures are added to the row of the same provider and model, which
    /// keeps its time. A row of which one part has no cost has none, and is estimated as a whole. In an ambient scope the addition is part of
    /// it; else it is a transaction of its own, which is tried again after a race.
    /// </summary>
    /// <param name="taskId">The task.</param>
    /// <param name="key">
    /// Names this addition within the task, 1 to 200 characters: a second one under the same key adds nothing. Keys are kept for seven
    /// days; do not repeat an addition later than that.
    /// </param>
    /// <param name="entries">What is added.</param>
    /// <param name="cancellationToken">Cancels the statement under way.</param>
    /// <returns>Whether it was added; false: it had been before.</returns>
    /// <exception cref="UsageValidationException">
    /// Something is refused, such as a sum above 10^12 tokens or 10^15 cost ticks; every problem is named.
    /// </exception>
    /// <exception cref="UnknownTaskException">There is no such task.</exception>
    Task<bool> AddAsync(
        Guid taskId, string key, IReadOnlyList<UsageEntry> entries, CancellationToken cancellationToken = default);

    /// <summary>Adds to what a task has used, in the caller's transaction, on its connection.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="key">Names this addition within the task, 1 to 200 characters.</param>
    /// <param name="entries">What is added.</param>
    /// <param name="transaction">An open transaction on the application's database. The caller commits it.</param>
    /// <param name="cancellationToken">Cancels the statement under way, which fails the transaction.</param>
    /// <returns>Whether it was added; false: it had been before.</returns>
    /// <exception cref="UsageValidationException">Something is refused; every problem is named.</exception>
    /// <exception cref="UnknownTaskException">There is no such task.</exception>
    /// <exception cref="InvalidOperationException">The transaction has ended.</exception>
    Task<bool> AddAsync(
        Guid taskId, string key, IReadOnlyList<UsageEntry> entries, NpgsqlTransaction transaction, CancellationToken cancellationToken);
}

/// <summary>Token usage of a task with one provider and model. The four token classes are disjoint.</summary>
/// <param name="Provider">
/// At most 200 characters. Trimmed and lower-cased (ASCII); when empty, the provider of the task's runtime.
/// </param>
/// <param name="Model">Model id, 1 to 200 characters and not blank, stored as it is.</param>
/// <param name="InputTokens">0 to 10^12, without cached tokens.</param>
/// <param name="OutputTokens">0 to 10^12.</param>
/// <param name="CacheReadTokens">0 to 10^12.</param>
/// <param name="CacheWriteTokens">0 to 10^12.</param>
/// <param name="CostUsdTicks">The provider's own price in 1e-10 USD, at most 10^15; 0 or less is stored as none.</param>
/// <param name="CreatedAt">
/// When the tokens were produced: default now, at most 5 minutes ahead and 400 days back, all by the database's clock.
/// Used only when the row is new.
/// </param>
public sealed record UsageEntry(
    string? Provider, string? Model, long InputTokens = 0, long OutputTokens = 0, long CacheReadTokens = 0,
    long CacheWriteTokens = 0, long? CostUsdTicks = null, Instant? CreatedAt = null);

/// <summary>A task's report within a batch.</summary>
public sealed record TaskUsage(Guid TaskId, IReadOnlyList<UsageEntry> Entries);

/// <summary>What became of a task's report within a batch.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Outcome">Stored, or why not.</param>
/// <param name="Problems">Every problem, when the report was refused.</param>
public sealed record TaskUsageResult(Guid TaskId, TaskUsageOutcome Outcome, IReadOnlyList<UsageProblem> Problems);

/// <summary>What became of a task's report.</summary>
public enum TaskUsageOutcome
{
    /// <summary>All entries are stored.</summary>
    Stored,

    /// <summary>Nothing is stored: the report breaks a rule.</summary>
    Refused,

    /// <summary>Nothing is stored: there is no such task.</summary>
    UnknownTask,

    /// <summary>Nothing is stored: the database failed; the report can be sent again.</summary>
    Failed,
}
