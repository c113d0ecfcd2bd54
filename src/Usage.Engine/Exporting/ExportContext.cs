using NodaTime;

namespace Usage.Engine.Exporting;

/// <summary>What a file needs beside its rows.</summary>
/// <param name="Zone">The zone of the days.</param>
/// <param name="WorkspaceNames">Names of all workspaces, by id.</param>
internal sealed record ExportContext(DateTimeZone Zone, IReadOnlyDictionary<Guid, string> WorkspaceNames);
