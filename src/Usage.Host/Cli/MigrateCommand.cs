using System.CommandLine;
using NodaTime;
using Npgsql;
using Usage.Engine.Pricing;

namespace Usage.Host.Cli;

/// <summary>Installs, updates or removes Usage's schema.</summary>
internal static class MigrateCommand
{
    public static Command Create(HostContext host)
    {
        var down = new Option<bool>("--down")
        {
            Description = "Remove everything that Usage added, except task_usage.cost_usd_ticks, which holds data",
        };
        var standalone = new Option<bool>("--standalone")
        {
            Description = "Also create the application's tables if none of them exists, and import the built-in price list",
        };
        var discard = new Option<bool>("--discard-frozen") { Description = "With --down: also remove frozen buckets, whose raw rows may be gone" };
        var command = new Command("migrate", "Install or update the rollup's schema. Safe on a live database") { down, standalone, discard };
        command.Validators.Add(result =>
        {
            if (result.GetValue(down) && result.GetValue(standalone))
            {
                result.AddError("--down and --standalone can't be combined.");
            }
        });
        command.SetAction(host.Run((session, cancellationToken) => session.Value(down)
            ? DownAsync(session, session.Value(discard), cancellationToken)
            : UpAsync(session, session.Value(standalone), cancellationToken)));
        return command;
    }

    private static async Task<int> UpAsync(CommandSession session, bool standalone, CancellationToken cancellationToken)
    {
        var result = await session.Migrator.MigrateAsync(standalone, new Steps(session.Output), cancellationToken);
        if (standalone && await session.Services.GetRequiredService<PriceStore>().LoadStartListAsync(cancellationToken) is > 0 and var prices)
        {
            session.Output.Note($"Imported the built-in price list: {Quantity.Of(prices, "price[s]")}.");
        }

        session.Output.Result(
            result,
            result.Applied.Count + result.IndexesBuilt.Count == 0
                ? $"Nothing to do: the schema is at {result.Version}."
                : $"The schema is at {result.Version}: "
                    + Quantity.List((result.Applied.Count, "migration[s] applied"), (result.IndexesBuilt.Count, "index[es] built")) + ".");
        return ExitCode.Success;
    }

    private static async Task<int> DownAsync(CommandSession session, bool discardFrozen, CancellationToken cancellationToken)
    {
        if (!discardFrozen && await FrozenBeforeAsync(session, cancellationToken) is { } frozen)
        {
            throw new ExplainedException(
                $"Hours before {frozen} are frozen: their raw rows may be gone, and removing the rollup would lose their usage. Export it first, or give --discard-frozen.");
        }

        await session.Migrator.MigrateDownAsync(new Steps(session.Output), cancellationToken);
        session.Output.Result(new { Removed = true }, "Removed everything that Usage had added.");
        return ExitCode.Success;
    }

    /// <summary>Null if nothing is frozen, or nothing is installed.</summary>
    private static async Task<Instant?> FrozenBeforeAsync(CommandSession session, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = session.DataSource.CreateCommand("select frozen_before from usage_rollup.control");
            return await command.ExecuteScalarAsync(cancellationToken) as Instant?;
        }
        catch (PostgresException missing) when (
            missing.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidSchemaName)
        {
            return null;
        }
    }

    private sealed class Steps(CommandOutput output) : IProgress<string>
    {
        public void Report(string value) => output.Note(value);
    }
}
