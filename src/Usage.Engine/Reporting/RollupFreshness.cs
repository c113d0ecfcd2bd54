using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using Usage.Engine.Database;

namespace Usage.Engine.Reporting;

/// <summary>Decides, in a report's snapshot, which of its hours the rollup can answer.</summary>
internal sealed class RollupFreshness(IOptions<UsageEngineOptions> options)
{
    /// <summary>Age of the last heartbeat from which a replica counts as dead.</summary>
    private static readonly Duration SignOfLife = Duration.FromSeconds(15);

    /// <summary>Age from which a mark is stale while no loop runs, whatever the configured limit.</summary>
    private static readonly Duration LimitWithoutLoop = Duration.FromSeconds(10);

    // A loop that lives and whose last round failed drains nothing.
    private const string StateSql = """
        select exists (
                   select from usage_rollup.backfill b
                   where b.from_hour is null and b.to_hour is null and b.completed_at is not null) as complete,
               c.paused_at is null and exists (
                   select from usage_rollup.replica r
                   where (r.heartbeat_at between clock_timestamp() - @sign_of_life and clock_timestamp() + @sign_of_life
                          or r.drain_ended_at between clock_timestamp() - @sign_of_life and clock_timestamp() + @sign_of_life)
                     and r.failures = 0) as is_draining,
               clock_timestamp()
        from usage_rollup.control c
        """;

    /// <summary>
    /// The window with all hours cut that can't be read from buckets; null if everything must be read from raw rows.
    /// </summary>
    /// <param name="connection">A connection in the report's transaction, whose snapshot decides.</param>
    /// <param name="scope">The scope of the report.</param>
    /// <param name="parts">The window.</param>
    /// <param name="fresh">Whether the report must include every committed change, however recent.</param>
    /// <param name="cancellationToken">Cancels the report.</param>
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

        // If more than half of the hours are cut, buckets would save less than half of the work and be the smaller part of the
        // answer.
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
