using System.CommandLine;

namespace Usage.Host.Cli;

/// <summary>
/// What all commands share: the common options, and access to the database. A command is <c>internal static class XxxCommand {
/// public static Command Create(HostContext host) }</c>, whose action is <c>host.Run(async (session, cancellationToken) =>
/// exitCode)</c>.
/// </summary>
/// <param name="time">The program's clock.</param>
/// <param name="startDatabase">Starts a local PostgreSQL and returns its connection string; null if the program can't.</param>
internal sealed class HostContext(
    TimeProvider time, Func<Action<string>, CancellationToken, Task<string>>? startDatabase = null)
{
    public Option<string?> Connection { get; } = new("--connection")
    {
        Description = "Connection string or postgresql:// URL of the application's database "
            + "(default: ConnectionStrings__Usage)",
        HelpName = "STRING",
        Recursive = true,
    };

    public Option<string[]> Setting { get; } = new("--set")
    {
        Description = "A setting that overrides appsettings.json and the environment, such as Usage:MaxDuty=0.3. Repeatable",
        HelpName = "KEY=VALUE",
        Recursive = true,
    };

    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Write one JSON object to standard output, and everything else to standard error",
        Recursive = true,
    };

    public Option<bool> Verbose { get; } = new("--verbose")
    {
        Description = "Log more, and show stack traces",
        Recursive = true,
    };

    public TimeProvider Time { get; } = time;

    /// <summary>Creates an action that has the engine's services and the database. Hosted services are not started.</summary>
    public Func<ParseResult, CancellationToken, Task<int>> Run(
        Func<CommandSession, CancellationToken, Task<int>> verb) => RunBare(async (arguments, output, cancellationToken) =>
        {
            var configuration = HostConfiguration.Read(arguments.GetValue(Setting));
            var connectionString = await ResolveConnectionAsync(arguments, configuration, output, cancellationToken);
            await using var services = HostServices.ForVerb(configuration, connectionString, Time, arguments.GetValue(Verbose));
            return await verb(new CommandSession(services, arguments, output), cancellationToken);
        });

    /// <summary>
    /// Creates an action without a database. Known errors become one line and an exit code, as with <see cref="Run"/>.
    /// </summary>
    public Func<ParseResult, CancellationToken, Task<int>> RunBare(
        Func<ParseResult, CommandOutput, CancellationToken, Task<int>> verb) => async (arguments, cancellationToken) =>
        {
            var output = new CommandOutput(arguments.GetValue(Json), Time);
            try
            {
                return await verb(arguments, output, cancellationToken);
            }
            catch (Exception error) when (ExpectedError.Explain(error, cancellationToken) is { } explained)
            {
                output.Error(arguments.GetValue(Verbose) ? $"{explained.Message}\n{error}" : explained.Message);
                return explained.ExitCode;
            }
        };

    /// <summary>The option, else the configuration, else a local PostgreSQL if that is enabled.</summary>
    public async Task<string> ResolveConnectionAsync(
        ParseResult arguments, IConfiguration configuration, CommandOutput output, CancellationToken cancellationToken)
    {
        var flag = arguments.GetValue(Connection);
        if (flag is not null && string.IsNullOrWhiteSpace(flag))
        {
            // An empty variable in a script must not silently select another database.
            throw new UsageConfigurationException(
                "--connection is empty. Give a connection string or a postgresql:// URL, or leave it out to use the configured database.");
        }

        var given = flag
            ?? configuration.GetConnectionString("Usage")
            ?? configuration["Usage:ConnectionString"];
        if (!string.IsNullOrWhiteSpace(given))
        {
            return ConnectionUrl.ToConnectionString(given);
        }

        return startDatabase is not null && configuration.GetValue<bool>("Usage:LocalPostgres")
            ? await startDatabase(output.Note, cancellationToken)
            : throw new UsageConfigurationException(
                "No database is configured: set ConnectionStrings__Usage or --connection to a connection string or a postgresql:// URL"
                + (startDatabase is null ? "." : ", or set Usage__LocalPostgres=true to start one."));
    }
}
