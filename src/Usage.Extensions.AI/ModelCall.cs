using Usage.Engine.Recording;

namespace Usage.Extensions.AI;

/// <summary>A model call, ready to be recorded.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Key">What it is recorded under, once.</param>
/// <param name="Entry">What it used.</param>
internal sealed record ModelCall(Guid TaskId, string Key, UsageEntry Entry);
