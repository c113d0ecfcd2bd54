using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using Usage.Engine.Database;
using Usage.Engine.Diagnostics;
using Usage.Engine.Rollup;

namespace Usage.Engine.Marks;

/// <summary>
/// Agents whose usage in an hour can't be summed. A drain sets them aside in the transaction in which it recomputes all others of the hour:
/// of the marks that it has taken, one that names hour and agent goes back to the journal, and picks pass it over until its retry is due. A
/// new mark that reaches the agent meanwhile is taken for the others and goes back in the same way; it does not bring the retry forward.
/// All methods are for the holder of the hours' locks: nobody else sets an agent of these hours aside, or takes it back.
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

    /// <summary>Adds the statement that reads what is set aside in some hours to a batch.</summary>
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

    /// <summary>Adds the statements that set failing agents aside, and take back what has been recomputed, to a batch.</summary>
    /// <param name="batch">The writes of the drain.</param>
    /// <param name="claimed">The marks that the drain has taken.</param>
    /// <param name="set">What they name, and what of it was left out because it waits for its retry.</param>
    /// <param name="overflows">Agents of an hour that failed, with the reason.</param>
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

    /// <summary>Says in the log what was set aside, once that is committed.</summary>
    public void Report(IReadOnlyDictionary<(HourBucket Hour, Guid AgentId), string> overflows)
    {
        foreach (var ((hour, agent), reason) in overflows)
        {
            log.AgentSetAside(agent, hour.Start, reason);
        }
    }

    /// <summary>A backfill's mark goes back beside a live one, each with its age: neither must look done before it is.</summary>
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

/// <summary>Usage of an hour that is set aside: an agent's, or with none all of it.</summary>
/// <param name="Hour">The hour.</param>
/// <param name="AgentId">The agent; null for the whole hour.</param>
/// <param name="Waits">Whether its retry is not due yet.</param>
internal readonly record struct SetAsideUsage(HourBucket Hour, Guid? AgentId, bool Waits);
