using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using Usage.Engine.Database;
using Usage.Engine.Draining;

namespace Usage.Engine.Reporting;

/// <summary>Decides whether the rollup can answer a report, and brings it up to now on request.</summary>
internal sealed class FreshRollup(
    NpgsqlDataSource database, DrainRunner runner, IOptions<UsageEngineOptions> options, TimeProvider time)
{
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(2);

    private const string StateSql = """
        select exists (
                   select from usage_rollup.backfill b
                   where b.from_hour is null and b.to_hour is null and b.completed_at is not null) as complete,
               exists (
                   select from usage_rollup.dirty d
                   where d.origin = 0 and d.enqueued_at < clock_timestamp() - @limit) as is_stale,
               exists (select from usage_rollup.set_aside) as has_failed
        """;

    /// <summary>
    /// Drains what is pending for a workspace, as far as that goes in 2 seconds. Nothing is drained for a rollup that is not complete.
    /// </summary>
    /// <returns>Whether every change that was committed before is in its bucket.</returns>
    public async Task<bool> DrainAsync(Guid workspaceId, CancellationToken cancellationToken)
    {
        await using (var connection = await database.OpenConnectionAsync(cancellationToken))
        {
            if (!(await StateAsync(connection, cancellationToken)).Complete)
            {
                return false;
            }
        }

        using CancellationTokenSource limit = new(DrainTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return (await runner.DrainAsync(workspaceId, progress: null, either.Token)).Failed == 0;
        }
        catch (EnginePausedException)
        {
            return false;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception error) when (Failure.IsTransient(error))
        {
            return false;
        }
    }

    /// <summary>Whether the rollup is complete, and fresh enough, in the snapshot of the connection's transaction.</summary>
    /// <param name="connection">The connection that the report is read by.</param>
    /// <param name="drained">Whether it was drained for the report; null: nobody asked.</param>
    public async Task<bool> CanAnswerAsync(NpgsqlConnection connection, bool? drained, CancellationToken cancellationToken)
    {
        if (drained is false)
        {
            return false;
        }

        var state = await StateAsync(connection, cancellationToken);
        return state.Complete && (drained is true ? !state.HasFailed : !state.IsStale);
    }

    private async Task<State> StateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(StateSql, connection);
        command.Parameters.AddWithValue("limit", Duration.FromTimeSpan(options.Value.ReportFreshness));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new(reader.GetBoolean(0), reader.GetBoolean(1), reader.GetBoolean(2));
    }

    private readonly record struct State(bool Complete, bool IsStale, bool HasFailed);
}
