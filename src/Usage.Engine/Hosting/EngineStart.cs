using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using Usage.Engine.Database;
using Usage.Engine.Diagnostics;
using Usage.Engine.Draining;
using Usage.Engine.Maintenance;
using Usage.Engine.Schema;
using Usage.Engine.Schema.Checks;

namespace Usage.Engine.Hosting;

/// <summary>What a host does before it drains.</summary>
internal sealed class EngineStart(
    NpgsqlDataSource database, UsageMigrator migrator, FollowedTables tables, ReplicaJournal replica, Backfill backfill,
    IOptions<UsageEngineOptions> options, EngineLog log)
{
    private const string IsInstalledSql = "select to_regclass('usage_rollup.migration') is not null, now()";

    private const string VersionSql = "select max(version::integer) from usage_rollup.migration where success and version is not null";

    private bool isChecked;

    /// <summary>Connects, and no more: until that succeeds, nothing is known of the database.</summary>
    public async Task ReachAsync(CancellationToken cancellationToken)
    {
        var command = database.CreateCommand("select 1");
        await using var _command = command.ConfigureAwait(false);
        await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes connections that are idle: new ones may lead to another server.</summary>
    public void LeaveServer() => database.Clear();

    /// <summary>
    /// Checks what does not mend itself: the host's setup and the application's tables. A database that can't be asked does not stop
    /// the host: <see cref="RunAsync"/> asks again.
    /// </summary>
    /// <exception cref="UsageSchemaException">Something is missing: all of it is named.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await CheckTablesAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not UsageSchemaException && !cancellationToken.IsCancellationRequested)
        {
            log.NotChecked(Failure.Describe(error));
        }
    }

    /// <summary>The background loop tries this again until it succeeds.</summary>
    /// <exception cref="UsageSchemaException">
    /// Something is missing, or Usage's schema is not there or older than this program, which the verb migrate mends at any time.
    /// </exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var settings = options.Value;
        if (!isChecked)
        {
            await CheckTablesAsync(cancellationToken).ConfigureAwait(false);
        }

        if (settings.ApplyMigrations)
        {
            await migrator.MigrateAsync(settings.CreateApplicationTables, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await CheckInstalledAsync(cancellationToken).ConfigureAwait(false);
            await FollowTablesAsync(cancellationToken).ConfigureAwait(false);
        }

        await replica.RegisterAsync(cancellationToken).ConfigureAwait(false);
        if (settings.AutoBackfill)
        {
            await backfill.MarkHistoryOnceAsync(cancellationToken).ConfigureAwait(false);
        }

        log.Draining(settings.ReplicaName);
    }

    private async Task CheckTablesAsync(CancellationToken cancellationToken)
    {
        var settings = options.Value;
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _connection = connection.ConfigureAwait(false);
        var (installed, mapsNodaTime) = await ProbeAsync(connection, cancellationToken).ConfigureAwait(false);
        List<SchemaProblem> problems = [];
        if (!mapsNodaTime)
        {
            problems.Add(new(
                "the host's NpgsqlDataSource does not map NodaTime types",
                "Call UseNodaTime() on its builder, or set UsageEngineOptions.ConnectionString, and the engine makes its own."));
        }

        if (!(settings is { ApplyMigrations: true, CreateApplicationTables: true }
            && await ApplicationSchema.IsAbsentAsync(connection, cancellationToken).ConfigureAwait(false)))
        {
            problems.AddRange(await ApplicationSchema.ProblemsAsync(
                connection, installed && !settings.ApplyMigrations, cancellationToken).ConfigureAwait(false));
        }

        ApplicationSchema.Refuse(problems);
        isChecked = true;
    }

    private static async Task<(bool Installed, bool MapsNodaTime)> ProbeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(IsInstalledSql, connection);
        await using var _command = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return (reader.GetBoolean(0), reader.GetFieldType(1) == typeof(Instant));
    }

    private async Task CheckInstalledAsync(CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _connection = connection.ConfigureAwait(false);
        var (installed, _) = await ProbeAsync(connection, cancellationToken).ConfigureAwait(false);
        NpgsqlCommand version = new(VersionSql, connection);
        await using var _version = version.ConfigureAwait(false);
        if (!installed || await version.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not int applied || applied < SchemaScripts.Newest)
        {
            throw new UsageSchemaException(
                "The schema usage_rollup is not installed in this database, or is older than this program. Run the verb migrate, or set "
                + "ApplyMigrations.");
        }
    }

    /// <summary>A partition that came or went since the last start is no reason not to drain: status names it.</summary>
    private async Task FollowTablesAsync(CancellationToken cancellationToken)
    {
        try
        {
            await tables.FollowAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException error) when (
            error.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.InsufficientPrivilege)
        {
            log.TablesNotFollowed(Failure.Describe(error));
        }
    }
}
