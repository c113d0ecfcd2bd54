using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using Usage.Engine.Database;
using Usage.Engine.Diagnostics;
using Usage.Engine.Draining;
using Usage.Engine.Maintenance;
using Usage.Engine.Schema;
using Usage.Engine.Schema.Checks;
using Usage.Engine.Standby;

namespace Usage.Engine.Hosting;

/// <summary>Checks, migrates and registers before the first drain.</summary>
internal sealed class EngineStart(
    NpgsqlDataSource database, UsageMigrator migrator, FollowedTables tables, ReplicaJournal replica, Backfill backfill, ReportDatabase reports,
    IOptions<UsageEngineOptions> options, EngineLog log)
{
    private const string IsInstalledSql = "select to_regclass('usage_rollup.migration') is not null, now()";

    private const string VersionSql = "select max(version::integer) from usage_rollup.migration where success and version is not null";

    private bool isChecked;

    /// <summary>Opens a connection and runs a trivial query, so that a connection failure is recognised as one.</summary>
    public async Task ReachAsync(CancellationToken cancellationToken)
    {
        var command = database.CreateCommand("select 1");
        await using var _command = command.ConfigureAwait(false);
        await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes connections that are idle: new ones may lead to another server.</summary>
    public void LeaveServer() => database.Clear();

    /// <summary>
    /// Checks what can't resolve by itself: the host's setup, the application's tables, and where reports are read. An unreachable database does not stop
    /// the host; <see cref="RunAsync"/> checks the tables again, and each report checks its standby.
    /// </summary>
    /// <exception cref="UsageSchemaException">Something is missing. The message lists everything that is.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await CheckTablesAsync(cancellationToken).ConfigureAwait(false);
            if (await reports.ProblemAsync(cancellationToken).ConfigureAwait(false) is { } problem)
            {
                throw SchemaProblem.Error([problem]);
            }
        }
        catch (Exception error) when (error is not UsageSchemaException && !cancellationToken.IsCancellationRequested)
        {
            log.NotChecked(Failure.Describe(error));
        }
    }

    /// <summary>The background loop repeats this until it succeeds.</summary>
    /// <exception cref="UsageSchemaException">
    /// Something is missing, or Usage's schema is missing or out of date; <c>usage migrate</c> fixes the latter at any time.
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
                "Call UseNodaTime() on its builder, or set UsageEngineOptions.ConnectionString to give the engine a data source of its own."));
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
                "The schema usage_rollup is missing from this database or out of date. Run 'usage migrate', or set "
                + "ApplyMigrations.");
        }
    }

    /// <summary>A partition added or removed since the last start doesn't prevent draining; status lists it.</summary>
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
