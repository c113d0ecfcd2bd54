namespace Usage.Demo.Traffic;

/// <summary>An LLM request, which becomes one usage row.</summary>
/// <param name="At">Arrival time, relative to the start of the traffic.</param>
/// <param name="ContextTokens">Tokens sent to the model.</param>
/// <param name="GeneratedTokens">Tokens that the model generated.</param>
internal readonly record struct TrafficRequest(TimeSpan At, long ContextTokens, long GeneratedTokens);
