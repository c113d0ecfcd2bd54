using Usage.Host.Cli;

namespace Usage.Demo.LocalPostgres;

/// <summary>There is no PostgreSQL to work on; the message says what was tried and what to do.</summary>
internal sealed class LocalPostgresException(string message) : ExplainedException(message);
