namespace Usage.Engine.Diagnostics;

/// <summary>What the gauges show: figures of the database, and so of all replicas together.</summary>
/// <param name="PendingLive">Live marks that are not drained.</param>
/// <param name="PendingBackfill">Marks of backfill and repair that are not drained.</param>
/// <param name="OldestLiveSeconds">Age of the oldest live mark; 0 when there is none.</param>
/// <param name="BackfillHours">Hours that backfill and repair have yet to recompute.</param>
/// <param name="SetAsideAgents">Agents in an hour that are set aside.</param>
/// <param name="SetAsideHours">Hours that are set aside as a whole.</param>
/// <param name="SetAsideEntities">Marks whose hours could not be found.</param>
/// <param name="ReplicasAlive">Background loops that are alive.</param>
/// <param name="BrokenTriggers">Triggers that are missing or disabled.</param>
/// <param name="Paused">Whether the engine is paused.</param>
/// <param name="VerifiedDrift">What the last completed verification of all history found to differ; null before the first.</param>
/// <param name="VerifiedSeconds">Age of that verification.</param>
/// <param name="LateRows">Usage rows that were written after their hour was frozen.</param>
internal sealed record GaugeFigures(
    long PendingLive, long PendingBackfill, double OldestLiveSeconds, long BackfillHours, long SetAsideAgents, long SetAsideHours,
    long SetAsideEntities, long ReplicasAlive, long BrokenTriggers, bool Paused,
    long? VerifiedDrift, double? VerifiedSeconds, long LateRows);
