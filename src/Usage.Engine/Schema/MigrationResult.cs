namespace Usage.Engine.Schema;

/// <summary>What a migration did.</summary>
/// <param name="Applied">Names of the migrations applied by this call, in order.</param>
/// <param name="IndexesBuilt">Names of the indexes built on the application's tables.</param>
/// <param name="Version">Version of the newest migration in the database.</param>
public sealed record MigrationResult(IReadOnlyList<string> Applied, IReadOnlyList<string> IndexesBuilt, string Version);
