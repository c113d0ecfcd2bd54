using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Npgsql;
using Usage.Engine.Draining;
using Usage.Engine.Pricing;
using Usage.Engine.Schema;

namespace Usage.Host.Cli;

/// <summary>What can be expected to go wrong, as one line for whoever typed the verb.</summary>
internal sealed record ExpectedError(string Message, int ExitCode)
{
    /// <summary>Null for an error that nobody foresaw: its stack trace is worth showing.</summary>
    public static ExpectedError? Explain(Exception error, CancellationToken cancellationToken) => error switch
    {
        OperationCanceledException when cancellationToken.IsCancellationRequested => new("Stopped.", Cli.ExitCode.Interrupted),
        UsageConfigurationException => new(error.Message, Cli.ExitCode.BadUsage),
        OptionsValidationException invalid => new(string.Join(" ", invalid.Failures), Cli.ExitCode.BadUsage),
        PriceListException => new(error.Message, Cli.ExitCode.Failure),
        EnginePausedException or UsageSchemaException or ExplainedException => new(error.Message, Cli.ExitCode.Failure),
        PostgresException refused => new(Explain(refused), Cli.ExitCode.Failure),
        HttpRequestException { StatusCode: not null } => new(error.Message, Cli.ExitCode.Failure),
        HttpRequestException => new($"The host can't be reached: {Innermost(error)}. Start it with the verb serve.", Cli.ExitCode.Failure),
        NpgsqlException or SocketException or TimeoutException => new(
            $"The database can't be reached: {Innermost(error)}", Cli.ExitCode.Failure),
        IOException { InnerException: AddressInUseException } => new(
            $"{error.Message.TrimEnd('.')}. Name another one with --urls.", Cli.ExitCode.Failure),
        IOException or UnauthorizedAccessException => new(error.Message, Cli.ExitCode.Failure),
        _ => null,
    };

    private static string Explain(PostgresException error) => error.SqlState switch
    {
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.UndefinedColumn
            or PostgresErrorCodes.UndefinedFunction =>
            $"The database has no Usage schema, or an older one ({error.MessageText}): run the verb migrate first.",
        _ => $"The database refused: {error.MessageText} (SQLSTATE {error.SqlState}).",
    };

    private static string Innermost(Exception error) => error switch
    {
        { InnerException: SocketException inner } when inner.Message != error.Message => $"{error.Message} ({inner.Message})",
        { InnerException: { } inner } => Innermost(inner),
        _ => error.Message,
    };
}
