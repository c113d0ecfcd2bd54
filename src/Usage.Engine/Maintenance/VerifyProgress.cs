using NodaTime;

namespace Usage.Engine.Maintenance;

/// <summary>The progress of a verification.</summary>
/// <param name="Through">End of the verified part, exclusive.</param>
/// <param name="DaysDone">Days verified.</param>
/// <param name="DaysTotal">Days in the range.</param>
/// <param name="RawRows">Usage rows so far.</param>
/// <param name="DriftCount">Drifted buckets and sets of tasks so far.</param>
public sealed record VerifyProgress(Instant Through, long DaysDone, long DaysTotal, long RawRows, long DriftCount);
