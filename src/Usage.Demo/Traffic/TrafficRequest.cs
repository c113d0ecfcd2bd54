namespace Usage.Demo.Traffic;

/// <summary>An LLM request: it becomes one usage row.</summary>
/// <param name="At">When it arrives, from the start of the traffic.</param>
/// <param name="ContextTokens">Tokens sent to the model.</param>
/// <param name="GeneratedTokens">Tokens that it answered with.</param>
internal readonly record struct TrafficRequest(TimeSpan At, long ContextTokens, long GeneratedTokens);
