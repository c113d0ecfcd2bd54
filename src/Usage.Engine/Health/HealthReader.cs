using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using Usage.Engine.Database;
using Usage.Engine.Schema;
using Usage.Engine.Standby;

namespace Usage.Engine.Health;

/// <summary>Reads the facts that determine health, in one statement, and whether the standby serves. A failure is also a result.</summary>
internal sealed class HealthReader(NpgsqlDataSource database, IOptions<UsageEngineOptions> options, ReportDatabase? reports = null)
{
    // A sign of life from the future is none: the server's clock was put back, and whoever gave it may have ended. Ages are in
    // seconds, which needs no NodaTime mapping in the host's data source.
    private const string FactsSql = """
        select extract(epoch from clock_timestamp() - r.heartbeat_at)::double precision,
               coalesce(r.failures, 0),
               extract(epoch from clock_timestamp() - d.oldest_live)::double precision,
               (select count(*) from usage_rollup.set_aside),
               extract(epoch from clock_timestamp() - c.paused_at)::double precision,
               array(select t.relation || '.' || t.name from usage_rollup.broken_trigger t order by 1),
               array(select t.name || ': ' || t.change from usage_rollup.changed_table t order by 1),
               current_setting('transaction_read_only')::boolean,
               coalesce((select max(m.version::integer) from usage_rollup.migration m where m.success and m.version is not null), 0) >= @newest,
               coalesce(v.drift_count, 0),
               extract(epoch from clock_timestamp() - coalesce(v.ended_at, (
                   select min(b.completed_at) from usage_rollup.backfill b where b.from_hour is null and b.to_hour is null)))::double precision
        from usage_rollup.control c
        cross join (
            select max(heartbeat_at) as heartbeat_at,
                   min(failures) filter (where heartbeat_at > clock_timestamp() - make_interval(secs => @heartbeat_timeout)) as failures
            from usage_rollup.replica
            where heartbeat_at < clock_timestamp() + make_interval(secs => @heartbeat_timeout)) r
        cross join (select min(enqueued_at) as oldest_live from usage_rollup.dirty where origin = 0) d
        left join lateral (
            select drift_count, ended_at from usage_rollup.verification where error is null order by id desc limit 1) v on true
        """;

    private static readonly string[] MissingSchema =
    [
        PostgresErrorCodes.InvalidSchemaName, PostgresErrorCodes.UndefinedTable, PostgresErrorCodes.UndefinedColumn,
        PostgresErrorCodes.UndefinedFunction,
    ];

    public async Task<HealthFacts> ReadAsync(CancellationToken cancellationToken)
    {
        var facts = await FactsAsync(cancellationToken).ConfigureAwait(false);
        return facts.Answer == DatabaseAnswer.Facts && reports is not null
            ? facts with { Standby = await StandbyAsync(reports, cancellationToken).ConfigureAwait(false) }
            : facts;
    }

    /// <summary>A check that times out meanwhile has found nothing else.</summary>
    private static async Task<StandbyState?> StandbyAsync(ReportDatabase reports, CancellationToken cancellationToken)
    {
        try
        {
            return await reports.StateAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private async Task<HealthFacts> FactsAsync(CancellationToken cancellationToken)
    {
        try
        {
            var command = database.CreateCommand(FactsSql);
            await using var _command = command.ConfigureAwait(false);
            command.Parameters.Add(new NpgsqlParameter<double>("heartbeat_timeout", options.Value.HeartbeatTimeout.TotalSeconds));
            command.Parameters.Add(new NpgsqlParameter<int>("newest", SchemaScripts.Newest));
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using var _reader = reader.ConfigureAwait(false);
            return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) && reader.GetBoolean(8)
                ? Facts(reader)
                : HealthFacts.Without(DatabaseAnswer.NoSchema);
        }
        catch (PostgresException error) when (!ConnectionFailure.Is(error))
        {
            return HealthFacts.Without(
                MissingSchema.Contains(error.SqlState) ? DatabaseAnswer.NoSchema : DatabaseAnswer.Error, error.SqlState);
        }
        catch (NpgsqlException error)
        {
            return HealthFacts.Without(DatabaseAnswer.None, error.SqlState);
        }
        catch (OperationCanceledException)
        {
            // The check timed out, or the caller has gone and nobody reads the result.
            return HealthFacts.Without(DatabaseAnswer.None);
        }
    }

    private static HealthFacts Facts(NpgsqlDataReader reader) => new(
        DatabaseAnswer.Facts, SqlState: null, Age(reader, 0), reader.GetInt32(1), Age(reader, 2), reader.GetInt64(3), Age(reader, 4),
        reader.GetFieldValue<string[]>(5), reader.GetFieldValue<string[]>(6))
    {
        ReadOnly = reader.GetBoolean(7),
        Drift = reader.GetInt64(9),
        UnverifiedFor = Age(reader, 10) ?? Duration.Zero,
    };

    private static Duration? Age(NpgsqlDataReader reader, int ordinal) =>
        reader.IsDBNull(ordinal) ? null : Duration.FromSeconds(reader.GetDouble(ordinal));
}
