using EvolveDb;
using Npgsql;
using Usage.Engine.Diagnostics;

namespace Usage.Engine.Schema;

/// <summary>Installs and removes Usage's schema. Safe on a live database, and when several hosts migrate at once.</summary>
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

    /// <summary>Applies pending migrations, and installs missing indexes and triggers.</summary>
    /// <param name="createApplicationTables">Whether to create the application's tables if none of them exists.</param>
    /// <param name="progress">Receives one line of text per step.</param>
    /// <param name="cancellationToken">Stops between steps or rolls the current one back.</param>
    /// <exception cref="UsageSchemaException">
    /// The application's tables don't meet the requirements or stayed locked, an applied migration differs from this version's,
    /// or the connection goes through a pooler.
    /// </exception>
    public async Task<MigrationResult> MigrateAsync(
        bool createApplicationTables = false, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        var migrationLock = await LockAsync(cancellationToken).ConfigureAwait(false);
        await using var _migrationLock = migrationLock.ConfigureAwait(false);
        await PrepareAsync(createApplicationTables, progress, cancellationToken).ConfigureAwait(false);

        List<string> applied = [];
        await retry.RunAsync(
            async () =>
            {
                await migrationLock.RequireAsync(cancellationToken).ConfigureAwait(false);
                Apply(Evolve(database), applied);
            },
            progress,
            cancellationToken).ConfigureAwait(false);
        foreach (var step in applied)
        {
            Report(progress, $"Applied {step}.");
        }

        await migrationLock.RequireAsync(cancellationToken).ConfigureAwait(false);
        await retry.RunAsync(
            async () =>
            {
                if (await tables.FollowAsync(cancellationToken).ConfigureAwait(false) is > 0 and var triggers)
                {
                    Report(progress, $"Installed missing triggers: {triggers}.");
                }
            },
            progress,
            cancellationToken).ConfigureAwait(false);
        var built = await indexes.BuildAsync(progress, cancellationToken).ConfigureAwait(false);
        return new(applied, built, await VersionAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>
    /// Removes everything that Usage added, except <c>task_usage.cost_usd_ticks</c>, which holds data. Stop the hosts first.
    /// </summary>
    /// <exception cref="UsageSchemaException">
    /// One of the application's tables stayed locked, or the connection goes through a pooler.
    /// </exception>
    public async Task MigrateDownAsync(IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        var migrationLock = await LockAsync(cancellationToken).ConfigureAwait(false);
        await using var _migrationLock = migrationLock.ConfigureAwait(false);
        foreach (var (name, sql) in SchemaScripts.ReadDown())
        {
            Report(progress, $"Removing: {Path.GetFileNameWithoutExtension(name)}.");
            await migrationLock.RequireAsync(cancellationToken).ConfigureAwait(false);
            await change.UnderLockAsync(sql, progress, cancellationToken).ConfigureAwait(false);
        }

        await indexes.DropAsync(progress, cancellationToken).ConfigureAwait(false);
    }

    private async Task<MigrationLock> LockAsync(CancellationToken cancellationToken)
    {
        await DirectConnection.RequireAsync(database, cancellationToken).ConfigureAwait(false);
        return await MigrationLock.TakeAsync(database, time, cancellationToken).ConfigureAwait(false);
    }

    private async Task PrepareAsync(bool createApplicationTables, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _connection = connection.ConfigureAwait(false);
        if (createApplicationTables && await ApplicationSchema.IsAbsentAsync(connection, cancellationToken).ConfigureAwait(false))
        {
            Report(progress, "Creating the application's tables.");
            await change.UnderLockAsync(SchemaScripts.ReadApplicationTables(), progress, cancellationToken).ConfigureAwait(false);
        }

        await ApplicationSchema.CheckAsync(connection, installed: false, cancellationToken).ConfigureAwait(false);
    }

    private static Evolve Evolve(NpgsqlDataSource database) => new(database.CreateConnection())
    {
        EmbeddedResourceAssemblies = [SchemaScripts.Assembly],
        EmbeddedResourceFilters = [SchemaScripts.Migrations],
        Schemas = [Schema],
        MetadataTableSchema = Schema,
        MetadataTableName = MetadataTable,
        IsEraseDisabled = true,
        // The migration lock already excludes other hosts, and covers the index builds too.
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
            throw new UsageSchemaException($"The migrations applied to the database differ from those of this version: {error.Message}", error);
        }
        finally
        {
            applied.AddRange(evolve.AppliedMigrations);
        }
    }

    private async Task<string> VersionAsync(CancellationToken cancellationToken)
    {
        var command = database.CreateCommand(
            $"select version from {Schema}.{MetadataTable} where version is not null and success order by id desc limit 1");
        await using var _command = command.ConfigureAwait(false);
        return (string)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    private void Report(IProgress<string>? progress, string step)
    {
        log.SchemaStep(step);
        progress?.Report(step);
    }
}
