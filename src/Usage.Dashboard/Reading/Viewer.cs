using NodaTime;

namespace Usage.Dashboard.Reading;

/// <summary>Who reads a page of a workspace.</summary>
/// <param name="Zone">The time zone chosen in the application.</param>
/// <param name="HiddenAgents">The workspace's agents that the viewer may not see.</param>
internal sealed record Viewer(DateTimeZone Zone, IReadOnlySet<Guid> HiddenAgents);
