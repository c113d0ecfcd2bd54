using NodaTime;

namespace Usage.Engine.Maintenance;

/// <summary>The result of freezing.</summary>
/// <param name="FrozenBefore">The end of the frozen hours.</param>
/// <param name="Previously">Where it was before; null if nothing was frozen.</param>
/// <param name="Verified">What was compared with the raw rows first; null if that was not asked for, or nothing was left to freeze.</param>
public sealed record FreezeResult(Instant FrozenBefore, Instant? Previously, VerifyReport? Verified);
