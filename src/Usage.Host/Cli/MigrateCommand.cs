using System.CommandLine;
using Usage.Engine.Pricing;

namespace Usage.Host.Cli;

/// <summary>Installs what Usage adds to a database, or removes it.</summary>
internal static class MigrateCommand
{
    public static Command Create(HostContext host)
    {
        var down = new Option<bool>("--down")
        {
            Description = "Remove everything that Usage added, but task_usage.cost_usd_ticks: it holds data",
        };
        var standalone = new Option<bool>("--standalone")
        {
            Description = "Also create the application's tables in a database that has none of them, and load the start list of prices",
        };
        var command = new Command("migrate", "Install or update the rollup's schema; safe on a live database") { down, standalone };
        command.Validators.Add(result =>
        {
            if (result.GetValue(down) && result.GetValue(standalone))
            {
                result.AddError("--down and --standalone exclude each other.");
            }
        });
        command.SetAction(host.Run((session, cancellationToken) => session.Value(down)
            ? DownAsync(session, cancellationToken)
            : UpAsync(session, session.Value(standalone), cancellationToken)));
        return command;
    }

    private static async Task<int> UpAsync(CommandSession session, bool standalone, CancellationToken cancellationToken)
    {
        var result = await session.Migrator.MigrateAsync(standalone, new Steps(session.Output), cancellationToken);
        if (standalone && await session.Services.GetRequiredService<PriceStore>().LoadStartListAsync(cancellationToken) is > 0 and var prices)
        {
            session.Output.Note($"Loaded the start list of {prices} prices.");
        }

        session.Output.Result(
            result,
            result.Applied.Count + result.IndexesBuilt.Count == 0
                ? $"Nothing to do: the schema is at {result.Version}."
                : $"The schema is at {result.Version}: {result.Applied.Count} migrations applied, {result.IndexesBuilt.Count} indexes built.");
        return ExitCode.Success;
    }

    private static async Task<int> DownAsync(CommandSession session, CancellationToken cancellationToken)
    {
        await session.Migrator.MigrateDownAsync(new Steps(session.Output), cancellationToken);
        session.Output.Result(new { Removed = true }, "Removed what Usage had added.");
        return ExitCode.Success;
    }

    private sealed class Steps(CommandOutput output) : IProgress<string>
    {
        public void Report(string value) => output.Note(value);
    }
}
