using EvolveDb;
using Npgsql;
using Usage.Engine.Diagnostics;

namespace Usage.Engine.Schema;

/// <summary>Installs and removes what Usage adds to a database. Safe on a live database and from several hosts at once.</summary>
public sealed class UsageMigrator
{
    private const string Schema = "usage_rollup";
    private const string MetadataTable = "migration";

    private readonly NpgsqlDataSource database;
    private readonly TimeProvider time;
    private readonly EngineLog log;
    private readonly LockRetry retry;
    private readonly SchemaChange change;
    private readonly ApplicationIndexes indexes;
    private readonly FollowedTables tables;

    internal UsageMigrator(NpgsqlDataSource database, TimeProvider time, EngineLog log)
    {
        this.database = database;
        this.time = time;
        this.log = log;
        retry = new(time);
        change = new(database, retry);
        indexes = new(database, change);
        tables = new(database);
    }

    /// <summary>Applies what is missing.</summary>
    /// <param name="createApplicationTables">Whether the application's tables are created in a database that has none of them.</param>
    /// <param name="progress">Told of each step, as a line of text.</param>
    /// <param name="cancellationToken">Stops between two steps or rolls the current one back.</param>
    /// <exception cref="UsageSchemaException">
    /// The database lacks a table or column, its tables stayed locked, a migration was changed after it was applied, or the connection
    /// goes through a pooler.
    /// </exception>
    public async Task<MigrationResult> MigrateAsync(
        bool createApplicationTables = false, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        await using var migrationLock = await LockAsync(cancellationToken);
        await PrepareAsync(createApplicationTables, progress, cancellationToken);

        List<string> applied = [];
        await retry.RunAsync(
            async () =>
            {
                await migrationLock.RequireAsync(cancellationToken);
                Apply(Evolve(database), applied);
            },
            progress,
            cancellationToken);
        foreach (var step in applied)
        {
            Report(progress, $"Applied {step}.");
        }

        await migrationLock.RequireAsync(cancellationToken);
        await retry.RunAsync(
            async () =>
            {
                if (await tables.FollowAsync(cancellationToken) is > 0 and var triggers)
                {
                    Report(progress, $"Installed {triggers} triggers that were missing.");
                }
            },
            progress,
            cancellationToken);
        var built = await indexes.BuildAsync(progress, cancellationToken);
        return new(applied, built, await VersionAsync(cancellationToken));
    }

    /// <summary>
    /// Removes everything that Usage added, but <c>task_usage.cost_usd_ticks</c>: it holds data. Stop the hosts first.
    /// </summary>
    /// <exception cref="UsageSchemaException">A table of the application stayed locked, or the connection goes through a pooler.</exception>
    public async Task MigrateDownAsync(IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        await using var migrationLock = await LockAsync(cancellationToken);
        foreach (var (name, sql) in SchemaScripts.ReadDown())
        {
            Report(progress, $"Removing: {Path.GetFileNameWithoutExtension(name)}.");
            await migrationLock.RequireAsync(cancellationToken);
            await change.UnderLockAsync(sql, progress, cancellationToken);
        }

        await indexes.DropAsync(progress, cancellationToken);
    }

    private async Task<MigrationLock> LockAsync(CancellationToken cancellationToken)
    {
        await DirectConnection.RequireAsync(database, cancellationToken);
        return await MigrationLock.TakeAsync(database, time, cancellationToken);
    }

    private async Task PrepareAsync(bool createApplicationTables, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (createApplicationTables && await ApplicationSchema.IsAbsentAsync(connection, cancellationToken))
        {
            Report(progress, "Creating the application's tables.");
            await change.UnderLockAsync(SchemaScripts.ReadApplicationTables(), progress, cancellationToken);
        }

        await ApplicationSchema.CheckAsync(connection, installed: false, cancellationToken);
    }

    private static Evolve Evolve(NpgsqlDataSource database) => new(database.CreateConnection())
    {
        EmbeddedResourceAssemblies = [SchemaScripts.Assembly],
        EmbeddedResourceFilters = [SchemaScripts.Migrations],
        Schemas = [Schema],
        MetadataTableSchema = Schema,
        MetadataTableName = MetadataTable,
        IsEraseDisabled = true,
        // The migration lock, which also covers the index builds, has already let in only this host.
        EnableClusterMode = false,
    };

    private static void Apply(Evolve evolve, List<string> applied)
    {
        try
        {
            evolve.Migrate();
        }
        catch (EvolveValidationException error)
        {
            throw new UsageSchemaException($"The migrations in the database are not those of this program: {error.Message}", error);
        }
        finally
        {
            applied.AddRange(evolve.AppliedMigrations);
        }
    }

    private async Task<string> VersionAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"select version from {Schema}.{MetadataTable} where version is not null and success order by id desc limit 1");
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private void Report(IProgress<string>? progress, string step)
    {
        log.SchemaStep(step);
        progress?.Report(step);
    }
}
