using NodaTime;

namespace Usage.Dashboard.Reading;

/// <summary>Who reads a page of a workspace.</summary>
/// <param name="Zone">The zone that they have chosen in the application.</param>
/// <param name="HiddenAgents">The workspace's agents that they may not see.</param>
internal sealed record Viewer(DateTimeZone Zone, IReadOnlySet<Guid> HiddenAgents);
