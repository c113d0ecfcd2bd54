using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using Usage.Engine.Database;
using Usage.Engine.Diagnostics;
using Usage.Engine.Rollup;

namespace Usage.Engine.Marks;

/// <summary>
/// Agents whose usage in an hour can't be summed. A drain sets them aside in the same transaction that recomputes the hour's
/// other agents: it returns a mark that names the hour and agent to the journal, and picks skip it until the retry is due. A new
/// mark for the agent is claimed and returned in the same way; it does not bring the retry forward. The caller must hold the
/// hours' locks, so nobody else changes what is set aside in them.
/// </summary>
internal sealed class SetAsideAgents(IOptions<UsageEngineOptions> options, EngineLog log)
{
    private const string ReadSql = """
        select bucket_hour, agent_id, retry_at > clock_timestamp()
        from usage_rollup.set_aside
        where bucket_hour = any (@hours)
        """;

    private const string RecordSql = """
        insert into usage_rollup.set_aside as s (bucket_hour, agent_id, error, retry_at)
        select f.bucket_hour, f.agent_id, f.error, clock_timestamp() + @min_backoff
        from unnest(@hours, @agents, @errors) f (bucket_hour, agent_id, error)
        on conflict (bucket_hour, task_id, issue_id, agent_id) do update
        set error = excluded.error,
            attempts = s.attempts + 1,
            last_failed_at = clock_timestamp(),
            retry_at = clock_timestamp() + least(@max_backoff, @min_backoff * power(2, least(s.attempts, 30)))
        """;

    private const string GiveBackSql = """
        insert into usage_rollup.dirty (bucket_hour, agent_id, origin, enqueued_at)
        select * from unnest(@hours, @agents, @origins, @enqueued)
        """;

    private const string ForgetSql = """
        delete from usage_rollup.set_aside s
        using unnest(@hours, @agents) r (bucket_hour, agent_id)
        where s.bucket_hour = r.bucket_hour and s.agent_id is not distinct from r.agent_id
        """;

    /// <summary>Adds the statement that reads what is set aside in these hours to a batch.</summary>
    public static void AddReadTo(NpgsqlBatch batch, IReadOnlyCollection<HourBucket> hours) =>
        batch.Add(ReadSql).Parameters.AddWithValue("hours", hours.Select(hour => hour.Start).ToArray());

    public static async Task<IReadOnlyList<SetAsideUsage>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        List<SetAsideUsage> setAside = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            setAside.Add(new(reader.GetHour(0), reader.GetNullableGuid(1), reader.GetBoolean(2)));
        }

        return setAside;
    }

    /// <summary>Adds to a batch the statements that set failing agents aside and clear those that were recomputed.</summary>
    /// <param name="batch">The writes of the drain.</param>
    /// <param name="claimed">The marks that the drain claimed.</param>
    /// <param name="set">What they resolve to, including the agents deferred until their retry.</param>
    /// <param name="overflows">Agents that failed in an hour, with the reason.</param>
    public void AddTo(
        NpgsqlBatch batch, ClaimedMarks claimed, RecomputeSet set,
        IReadOnlyDictionary<(HourBucket Hour, Guid AgentId), string> overflows)
    {
        if (overflows.Count > 0)
        {
            var command = batch.Add(RecordSql);
            AddAgents(command, [.. overflows.Keys.Select(pair => (pair.Hour, (Guid?)pair.AgentId))]);
            command.Parameters.AddWithValue("errors", overflows.Values.ToArray());
            command.Parameters.AddWithValue("min_backoff", Duration.FromTimeSpan(options.Value.MinBackoff));
            command.Parameters.AddWithValue("max_backoff", Duration.FromTimeSpan(options.Value.MaxBackoff));
        }

        AddGiveBackTo(batch, claimed, [.. overflows.Keys, .. set.Deferred]);

        var recomputed = set.SetAside
            .Where(one => one.AgentId is not { } agent || (set.Holds(one.Hour, agent) && !overflows.ContainsKey((one.Hour, agent))))
            .Select(one => (one.Hour, one.AgentId)).ToArray();
        if (recomputed.Length > 0)
        {
            AddAgents(batch.Add(ForgetSql), recomputed);
        }
    }

    /// <summary>Logs what was set aside, once that is committed.</summary>
    public void Report(IReadOnlyDictionary<(HourBucket Hour, Guid AgentId), string> overflows)
    {
        foreach (var ((hour, agent), reason) in overflows)
        {
            log.AgentSetAside(agent, hour.Start, reason);
        }
    }

    /// <summary>
    /// Returns one mark per origin, each with its age: neither live nor backfill work may appear done too early.
    /// </summary>
    private static void AddGiveBackTo(NpgsqlBatch batch, ClaimedMarks claimed, IReadOnlyList<(HourBucket Hour, Guid AgentId)> agents)
    {
        var marks = agents.SelectMany(pair => claimed.OldestOf(pair.Hour).Select(mark => (pair.Hour, pair.AgentId, mark.Origin, mark.EnqueuedAt)))
            .ToArray();
        if (marks.Length > 0)
        {
            var command = batch.Add(GiveBackSql);
            AddAgents(command, Array.ConvertAll(marks, mark => (mark.Hour, (Guid?)mark.AgentId)));
            command.Parameters.AddWithValue("origins", Array.ConvertAll(marks, mark => mark.Origin));
            command.Parameters.AddWithValue("enqueued", Array.ConvertAll(marks, mark => mark.EnqueuedAt));
        }
    }

    private static void AddAgents(NpgsqlBatchCommand command, (HourBucket Hour, Guid? AgentId)[] agents)
    {
        command.Parameters.AddWithValue("hours", Array.ConvertAll(agents, pair => pair.Hour.Start));
        command.Parameters.AddWithValue("agents", NpgsqlDbType.Array | NpgsqlDbType.Uuid, Array.ConvertAll(agents, pair => pair.AgentId));
    }
}

/// <summary>Usage of an hour that is set aside: one agent's, or the whole hour's.</summary>
/// <param name="Hour">The hour.</param>
/// <param name="AgentId">The agent; null for the whole hour.</param>
/// <param name="Waits">Whether its retry is not due yet.</param>
internal readonly record struct SetAsideUsage(HourBucket Hour, Guid? AgentId, bool Waits);
