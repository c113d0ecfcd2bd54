namespace Usage.Engine.Schema;

/// <summary>What a migration did.</summary>
/// <param name="Applied">Names of the migrations that were applied now, in order.</param>
/// <param name="IndexesBuilt">Names of the indexes that were built on the application's tables.</param>
/// <param name="Version">The newest migration in the database.</param>
public sealed record MigrationResult(IReadOnlyList<string> Applied, IReadOnlyList<string> IndexesBuilt, string Version);

/// <summary>The database does not have the shape that Usage needs.</summary>
public sealed class UsageSchemaException(string message, Exception? innerException = null) : Exception(message, innerException);
