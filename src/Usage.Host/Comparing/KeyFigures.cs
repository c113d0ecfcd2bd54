using NodaTime;

namespace Usage.Host.Comparing;

/// <summary>A key that differs, as read from the database.</summary>
/// <param name="BucketHour">The hour.</param>
/// <param name="Key">The other dimensions, as text.</param>
/// <param name="WorkspaceId">The workspace, if the other table has it.</param>
/// <param name="Pending">Whether marks are pending that may change the hour.</param>
/// <param name="OwnerExists">Whether the agent, or else the workspace, exists.</param>
/// <param name="ChangedLately">Whether a raw row of the key changed within the lag.</param>
/// <param name="Ours">The rollup's figures.</param>
/// <param name="Theirs">The other table's.</param>
/// <param name="Raw">Those of the raw rows.</param>
/// <param name="RawWithoutRuntime">Those of the raw rows whose task has no runtime.</param>
internal sealed record KeyFigures(
    Instant BucketHour, string Key, Guid? WorkspaceId, bool Pending, bool OwnerExists, bool ChangedLately, IReadOnlyList<decimal> Ours,
    IReadOnlyList<decimal> Theirs, IReadOnlyList<decimal> Raw, IReadOnlyList<decimal> RawWithoutRuntime);
