using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Npgsql;
using Usage.Engine.Draining;
using Usage.Engine.Pricing;
using Usage.Engine.Schema;

namespace Usage.Host.Cli;

/// <summary>A known kind of error as a one-line message and an exit code.</summary>
internal sealed record ExpectedError(string Message, int ExitCode)
{
    /// <summary>Returns null for an unexpected error, whose stack trace should be shown.</summary>
    public static ExpectedError? Explain(Exception error, CancellationToken cancellationToken) => error switch
    {
        OperationCanceledException when cancellationToken.IsCancellationRequested => new("Stopped.", Cli.ExitCode.Interrupted),
        UsageConfigurationException => new(error.Message, Cli.ExitCode.BadUsage),
        OptionsValidationException invalid => new(string.Join(" ", invalid.Failures), Cli.ExitCode.BadUsage),
        PriceListException => new(error.Message, Cli.ExitCode.Failure),
        EnginePausedException or UsageSchemaException or ExplainedException => new(error.Message, Cli.ExitCode.Failure),
        PostgresException refused => new(Explain(refused), Cli.ExitCode.Failure),
        HttpRequestException { StatusCode: not null } => new(error.Message, Cli.ExitCode.Failure),
        HttpRequestException => new($"The host can't be reached: {Innermost(error)}. Start it with 'usage serve'.", Cli.ExitCode.Failure),
        NpgsqlException or SocketException or TimeoutException => new(
            $"The database can't be reached: {Innermost(error)}", Cli.ExitCode.Failure),
        IOException { InnerException: AddressInUseException } => new(
            $"{error.Message.TrimEnd('.')}. Choose another one with --urls.", Cli.ExitCode.Failure),
        IOException or UnauthorizedAccessException => new(error.Message, Cli.ExitCode.Failure),
        _ => null,
    };

    private static string Explain(PostgresException error) => error.SqlState switch
    {
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.UndefinedColumn
            or PostgresErrorCodes.UndefinedFunction =>
            $"The database has no Usage schema, or an outdated one ({error.MessageText}). Run 'usage migrate' first.",
        _ => $"The database reported an error: {error.MessageText} (SQLSTATE {error.SqlState}).",
    };

    private static string Innermost(Exception error) => error switch
    {
        { InnerException: SocketException inner } when inner.Message != error.Message => $"{error.Message} ({inner.Message})",
        { InnerException: { } inner } => Innermost(inner),
        _ => error.Message,
    };
}
