using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using Usage.Engine.Database;

namespace Usage.Engine.Reporting;

/// <summary>Decides, in the snapshot of a report, which of its hours the rollup can answer.</summary>
internal sealed class RollupFreshness(IOptions<UsageEngineOptions> options)
{
    /// <summary>A replica that has given no sign of life for so long counts as dead. A round of its loop is shorter.</summary>
    private static readonly Duration SignOfLife = Duration.FromSeconds(15);

    /// <summary>What nobody drains is stale after so long, whatever the limit.</summary>
    private static readonly Duration LimitWithoutLoop = Duration.FromSeconds(10);

    // A loop that lives and fails drains nothing: its last error is younger than its last drain.
    private const string StateSql = """
        select exists (
                   select from usage_rollup.backfill b
                   where b.from_hour is null and b.to_hour is null and b.completed_at is not null) as complete,
               c.paused_at is null and exists (
                   select from usage_rollup.replica r
                   where (r.heartbeat_at between clock_timestamp() - @sign_of_life and clock_timestamp() + @sign_of_life
                          or r.drain_ended_at between clock_timestamp() - @sign_of_life and clock_timestamp() + @sign_of_life)
                     and (r.last_error_at is null or r.last_error_at <= greatest(r.drain_ended_at, r.started_at))) as is_draining,
               clock_timestamp()
        from usage_rollup.control c
        """;

    /// <summary>The window with every hour cut that is not to be read from buckets; null when all must come from raw rows.</summary>
    /// <param name="connection">A connection in the transaction that the report is read in, whose snapshot decides.</param>
    /// <param name="scope">Whose usage.</param>
    /// <param name="parts">The window.</param>
    /// <param name="fresh">Whether every change that is committed must be in the report, however young.</param>
    /// <param name="cancellationToken">Ends the report.</param>
    public async Task<WindowParts?> CutAsync(
        NpgsqlConnection connection, ReportScope scope, WindowParts parts, bool fresh, CancellationToken cancellationToken)
    {
        var state = await StateAsync(connection, cancellationToken).ConfigureAwait(false);
        if (!state.IsComplete)
        {
            return null;
        }

        var limit = Duration.FromTimeSpan(options.Value.ReportFreshness);
        var asOf = fresh ? Instant.MaxValue : state.Now - (state.IsDraining ? limit : Duration.Min(limit, LimitWithoutLoop));
        var stale = await StaleHours.FindAsync(connection, scope, parts, asOf, ofAllOrigins: fresh, cancellationToken).ConfigureAwait(false);

        // From half of the hours on, reading the rest from buckets spares less than half, and "rollup" would be the smaller part.
        return stale is { } hours && hours.Count * 2 <= parts.HourCount ? parts.WithCut(hours) : null;
    }

    private static async Task<State> StateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(StateSql, connection);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddWithValue("sign_of_life", SignOfLife);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new(reader.GetBoolean(0), reader.GetBoolean(1), await reader.GetFieldValueAsync<Instant>(2, cancellationToken).ConfigureAwait(false));
    }

    private readonly record struct State(bool IsComplete, bool IsDraining, Instant Now);
}
