namespace Usage.Engine.Schema;

/// <summary>Installs and removes what Usage adds to a database. Safe on a live database and from several hosts at once.</summary>
public sealed class UsageMigrator
{
    /// <summary>Applies what is missing.</summary>
    /// <param name="createApplicationTables">Whether the application's tables are created in a database that has none of them.</param>
    /// <param name="progress">Told of each step, as a line of text.</param>
    /// <param name="cancellationToken">Stops between two steps or rolls the current one back.</param>
    /// <exception cref="UsageSchemaException">The database lacks a table or column, or a migration was changed after it was applied.</exception>
    public Task<MigrationResult> MigrateAsync(
        bool createApplicationTables = false, IProgress<string>? progress = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Removes everything that Usage added, but <c>task_usage.cost_usd_ticks</c>: it holds data.</summary>
    public Task MigrateDownAsync(IProgress<string>? progress = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();
}

/// <summary>What a migration did.</summary>
/// <param name="Applied">Names of the migrations that were applied now, in order.</param>
/// <param name="IndexesBuilt">Names of the indexes that were built on the application's tables.</param>
/// <param name="Version">The newest migration in the database.</param>
public sealed record MigrationResult(IReadOnlyList<string> Applied, IReadOnlyList<string> IndexesBuilt, string Version);

/// <summary>The database does not have the shape that Usage needs.</summary>
public sealed class UsageSchemaException(string message, Exception? innerException = null) : Exception(message, innerException);
