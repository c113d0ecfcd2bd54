using System.CommandLine;
using Npgsql;
using Usage.Engine;
using Usage.Engine.Schema;

namespace Usage.Host.Cli;

/// <summary>One run of a command that uses the database.</summary>
internal sealed class CommandSession(IServiceProvider services, ParseResult arguments, CommandOutput output)
{
    public IServiceProvider Services { get; } = services;

    public CommandOutput Output { get; } = output;

    public NpgsqlDataSource DataSource => Services.GetRequiredService<NpgsqlDataSource>();

    public IUsageEngine Engine => Services.GetRequiredService<IUsageEngine>();

    public UsageMigrator Migrator => Services.GetRequiredService<UsageMigrator>();

    public TimeProvider Time => Services.GetRequiredService<TimeProvider>();

    public T? Value<T>(Option<T> option) => arguments.GetValue(option);

    /// <summary>Whether an option was given, with or without a value.</summary>
    public bool Given(Option option) => arguments.GetResult(option) is { Implicit: false };

    public T? Value<T>(Argument<T> argument) => arguments.GetValue(argument);
}
