using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using Usage.Engine.Diagnostics;
using Usage.Engine.Draining;
using Usage.Engine.Maintenance;
using Usage.Engine.Schema;

namespace Usage.Engine.Hosting;

/// <summary>What the background loop does once, before it drains: it is tried again until it succeeds.</summary>
internal sealed class EngineStart(
    NpgsqlDataSource database, UsageMigrator migrator, ReplicaJournal replica, Backfill backfill, IOptions<UsageEngineOptions> options,
    EngineLog log)
{
    private const string ProbeSql = "select to_regclass('usage_rollup.dirty') is not null, now()";

    /// <summary>Connects, and no more: until that succeeds, nothing is known of the database.</summary>
    public async Task ReachAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select 1");
        await command.ExecuteScalarAsync(cancellationToken);
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var settings = options.Value;
        if (settings.ApplyMigrations)
        {
            await migrator.MigrateAsync(settings.CreateApplicationTables, cancellationToken: cancellationToken);
        }

        await ProbeAsync(cancellationToken);
        await replica.RegisterAsync(cancellationToken);
        if (settings.AutoBackfill)
        {
            await backfill.MarkHistoryOnceAsync(cancellationToken);
        }

        log.Draining(settings.ReplicaName);
    }

    private async Task ProbeAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ProbeSql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        if (!reader.GetBoolean(0))
        {
            throw new UsageSchemaException(
                "The schema usage_rollup is not installed in this database. Run the verb migrate, or set ApplyMigrations.");
        }

        if (reader.GetFieldType(1) != typeof(Instant))
        {
            throw new UsageSchemaException(
                "The host's NpgsqlDataSource does not map NodaTime types. Call UseNodaTime() on its builder, or set "
                + "UsageEngineOptions.ConnectionString, and the engine makes its own.");
        }
    }
}
