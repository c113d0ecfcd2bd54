using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using Usage.Engine.Database;
using Usage.Engine.Diagnostics;
using Usage.Engine.Rollup;

namespace Usage.Engine.Marks;

/// <summary>
/// Hours and entities that failed as a whole. Their marks stay in the journal, and picks skip them until the retry is due. New
/// marks do not bring the retry forward. An hour ends up here only if the failing agent can't be identified (see <see
/// cref="SetAsideAgents"/>).
/// </summary>
internal sealed class SetAsideMarks(NpgsqlDataSource database, IOptions<UsageEngineOptions> options, EngineLog log)
{
    private const string RecordSql = """
        insert into usage_rollup.set_aside as s (bucket_hour, task_id, issue_id, agent_id, error, retry_at)
        values (@bucket_hour, @task_id, @issue_id, @agent_id, @error, clock_timestamp() + @min_backoff)
        on conflict (bucket_hour, task_id, issue_id, agent_id) do update
        set error = excluded.error,
            attempts = s.attempts + 1,
            last_failed_at = clock_timestamp(),
            retry_at = clock_timestamp() + least(@max_backoff, @min_backoff * power(2, least(s.attempts, 30)))
        """;

    // An entry without a mark has been recomputed or expanded since. An agent of an hour is set aside, and cleared, in one
    // transaction with its mark.
    private const string ForgetUnmarkedSql = """
        delete from usage_rollup.set_aside s
        where not exists (
            select from usage_rollup.dirty d
            where d.bucket_hour is not distinct from s.bucket_hour
              and (s.bucket_hour is not null and s.agent_id is null
                   or d.task_id is not distinct from s.task_id
                  and d.issue_id is not distinct from s.issue_id
                  and d.agent_id is not distinct from s.agent_id))
        """;

    // After the server's clock was put back, a retry would be as far away as the clock went.
    private const string LimitWaitsSql = """
        update usage_rollup.set_aside
        set retry_at = clock_timestamp() + @max_backoff
        where retry_at > clock_timestamp() + @max_backoff
        """;

    /// <summary>Sets an hour aside, in a transaction of its own.</summary>
    public Task RecordAsync(HourBucket hour, Exception error, CancellationToken cancellationToken)
    {
        log.HourSetAside(hour.Start, Failure.Describe(error), error);
        return RecordAsync(hour.Start, default, error, cancellationToken);
    }

    /// <summary>Sets an entity aside, in a transaction of its own.</summary>
    public Task RecordAsync(MarkedEntity entity, Exception error, CancellationToken cancellationToken)
    {
        log.EntitySetAside(entity.TaskId, entity.IssueId, entity.AgentId, Failure.Describe(error), error);
        return RecordAsync(null, entity, error, cancellationToken);
    }

    /// <summary>Deletes the entries that have no mark left.</summary>
    public async Task ForgetUnmarkedAsync(CancellationToken cancellationToken)
    {
        var command = database.CreateCommand(ForgetUnmarkedSql);
        await using var _command = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lets no retry wait for longer than the longest backoff.</summary>
    public async Task LimitWaitsAsync(CancellationToken cancellationToken)
    {
        var command = database.CreateCommand(LimitWaitsSql);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddWithValue("max_backoff", Duration.FromTimeSpan(options.Value.MaxBackoff));
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task RecordAsync(Instant? hour, MarkedEntity entity, Exception error, CancellationToken cancellationToken)
    {
        var command = database.CreateCommand(RecordSql);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<Instant?>("bucket_hour", hour));
        command.Parameters.Add(new NpgsqlParameter<Guid?>("task_id", entity.TaskId));
        command.Parameters.Add(new NpgsqlParameter<Guid?>("issue_id", entity.IssueId));
        command.Parameters.Add(new NpgsqlParameter<Guid?>("agent_id", entity.AgentId));
        command.Parameters.AddWithValue("error", Failure.Describe(error));
        command.Parameters.AddWithValue("min_backoff", Duration.FromTimeSpan(options.Value.MinBackoff));
        command.Parameters.AddWithValue("max_backoff", Duration.FromTimeSpan(options.Value.MaxBackoff));
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
