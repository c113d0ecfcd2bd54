namespace Usage.Demo.Writing;

/// <summary>The database contains data that the demo did not generate.</summary>
internal sealed class ForeignDataException(string database) : InvalidOperationException(
    $"Database {database} contains workspaces or usage that the demo did not generate. Use an empty database for the demo.");
