using NpgsqlTypes;

namespace Usage.Engine.Standby;

/// <summary>The primary at one moment.</summary>
/// <param name="Identity">Which database it is.</param>
/// <param name="Timeline">The history that its log belongs to: a promotion begins a new one.</param>
/// <param name="StartedAt">When its server started, in seconds since 1970.</param>
/// <param name="Position">Everything committed by then is before this position of its log.</param>
/// <param name="Seconds">Its clock, in seconds since 1970.</param>
internal sealed record PrimarySight(DatabaseIdentity Identity, int Timeline, double StartedAt, NpgsqlLogSequenceNumber Position, double Seconds);
