namespace Usage.Demo.Writing;

/// <summary>A database that somebody else uses is no place for made-up history.</summary>
internal sealed class ForeignDataException(string database) : InvalidOperationException(
    $"Database {database} holds workspaces or usage that no demo made. The demo writes made-up history, so give it an empty database.");
