namespace Usage.Host;

/// <summary>An error whose message tells the user what to do.</summary>
internal class ExplainedException(string message) : Exception(message);
