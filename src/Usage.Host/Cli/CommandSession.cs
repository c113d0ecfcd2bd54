using System.CommandLine;
using Npgsql;
using Usage.Engine.Schema;

namespace Usage.Host.Cli;

/// <summary>One run of a verb, on the database in use.</summary>
internal sealed class CommandSession(IServiceProvider services, ParseResult arguments, CommandOutput output)
{
    public IServiceProvider Services { get; } = services;

    public CommandOutput Output { get; } = output;

    public NpgsqlDataSource DataSource => Services.GetRequiredService<NpgsqlDataSource>();

    public Engine.UsageEngine Engine => Services.GetRequiredService<Engine.UsageEngine>();

    public UsageMigrator Migrator => Services.GetRequiredService<UsageMigrator>();

    public TimeProvider Time => Services.GetRequiredService<TimeProvider>();

    public T? Value<T>(Option<T> option) => arguments.GetValue(option);

    /// <summary>Whether a flag is there, with a value or without.</summary>
    public bool Given(Option option) => arguments.GetResult(option) is { Implicit: false };

    public T? Value<T>(Argument<T> argument) => arguments.GetValue(argument);
}
