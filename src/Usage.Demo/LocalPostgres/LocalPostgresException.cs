using Usage.Host;

namespace Usage.Demo.LocalPostgres;

/// <summary>No PostgreSQL is available. The message says what was tried and what to do.</summary>
internal sealed class LocalPostgresException(string message) : ExplainedException(message);
