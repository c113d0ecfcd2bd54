namespace Usage.Host.Cli;

/// <summary>A failure whose message tells whoever typed the verb what to do.</summary>
internal class ExplainedException(string message) : Exception(message);
