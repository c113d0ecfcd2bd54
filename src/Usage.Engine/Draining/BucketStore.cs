using Npgsql;
using Usage.Engine.Database;
using Usage.Engine.Marks;
using Usage.Engine.Rollup;

namespace Usage.Engine.Draining;

/// <summary>Reads and replaces sets of buckets. The caller holds the locks of their hours.</summary>
internal static class BucketStore
{
    /// <summary>Minimum number of inserts for which a COPY is worth its round trip.</summary>
    private const int LeastToCopy = 500;

    private const string ReadWholeHoursSql = $"""
        select bucket_hour, workspace_id, runtime_id, agent_id, project_id, provider, model,
               {MeasureSql.Columns}, spelling
        from usage_rollup.hourly
        where bucket_hour = any (@hours)
        """;

    private const string ReadAgentsSql = $"""
        select b.*
        from unnest(@hours, @agents) w (bucket_hour, agent_id)
        cross join lateral (
            select bucket_hour, workspace_id, runtime_id, agent_id, project_id, provider, model,
                   {MeasureSql.Columns}, spelling
            from usage_rollup.hourly h
            where h.bucket_hour = w.bucket_hour and h.agent_id = w.agent_id
            offset 0) b
        """;

    private const string DeleteSql = """
        delete from usage_rollup.hourly h
        using unnest(@hours, @workspaces, @runtimes, @agents, @projects, @providers, @models)
            k (bucket_hour, workspace_id, runtime_id, agent_id, project_id, provider, model)
        where h.bucket_hour = k.bucket_hour
          and h.agent_id = k.agent_id
          and h.workspace_id = k.workspace_id
          and h.runtime_id is not distinct from k.runtime_id
          and h.project_id is not distinct from k.project_id
          and h.provider = k.provider
          and h.model = k.model
        """;

    private const string UpsertSql = $"""
        insert into usage_rollup.hourly as h (
            bucket_hour, workspace_id, runtime_id, agent_id, project_id, provider, model,
            {MeasureSql.Columns}, spelling)
        select *
        from unnest(
            @hours, @workspaces, @runtimes, @agents, @projects, @providers, @models,
            @input, @output, @cache_read, @cache_write, @cost,
            @uncosted_input, @uncosted_output, @uncosted_cache_read, @uncosted_cache_write,
            @tasks, @events, @spellings)
        on conflict (bucket_hour, agent_id, workspace_id, runtime_id, project_id, provider, model) do update
        set input_tokens                = excluded.input_tokens,
            output_tokens               = excluded.output_tokens,
            cache_read_tokens           = excluded.cache_read_tokens,
            cache_write_tokens          = excluded.cache_write_tokens,
            cost_usd_ticks              = excluded.cost_usd_ticks,
            uncosted_input_tokens       = excluded.uncosted_input_tokens,
            uncosted_output_tokens      = excluded.uncosted_output_tokens,
            uncosted_cache_read_tokens  = excluded.uncosted_cache_read_tokens,
            uncosted_cache_write_tokens = excluded.uncosted_cache_write_tokens,
            task_count                  = excluded.task_count,
            event_count                 = excluded.event_count,
            spelling                    = excluded.spelling,
            updated_at                  = excluded.updated_at
        """;

    /// <summary>Appends the statements that read a set's stored buckets to a batch.</summary>
    public static void AddReadTo(NpgsqlBatch batch, RecomputeSet set)
    {
        if (set.WholeHours.Count > 0)
        {
            batch.Add(ReadWholeHoursSql).Parameters.AddWithValue("hours", set.WholeHours.Select(hour => hour.Start).ToArray());
        }

        if (set.Agents.Count > 0)
        {
            var command = batch.Add(ReadAgentsSql);
            command.Parameters.AddWithValue("hours", set.Agents.Select(pair => pair.Hour.Start).ToArray());
            command.Parameters.AddWithValue("agents", set.Agents.Select(pair => pair.AgentId).ToArray());
        }
    }

    /// <summary>Reads all remaining buckets from a reader.</summary>
    public static async Task<IReadOnlyList<Bucket>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        List<Bucket> buckets = [];
        do
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                buckets.Add(new(Key(reader), Sum(reader)));
            }
        }
        while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false));
        return buckets;
    }

    /// <summary>Copies new buckets in bulk if there are many, and adds the statements for all other changes to a batch.</summary>
    public static async Task AddChangesAsync(
        NpgsqlConnection connection, NpgsqlBatch batch, BucketChanges changes, CancellationToken cancellationToken)
    {
        var copies = changes.Inserts.Count >= LeastToCopy;
        if (copies)
        {
            await BucketCopy.InsertAsync(connection, changes.Inserts, cancellationToken).ConfigureAwait(false);
        }

        if (changes.Deletes.Count > 0)
        {
            AddKeys(batch.Add(DeleteSql), changes.Deletes);
        }

        Bucket[] upserts = copies ? [.. changes.Updates] : [.. changes.Inserts, .. changes.Updates];
        if (upserts.Length > 0)
        {
            var command = batch.Add(UpsertSql);
            AddKeys(command, Array.ConvertAll(upserts, bucket => bucket.Key));
            AddSums(command, Array.ConvertAll(upserts, bucket => bucket.Sum));
        }
    }

    private static BucketKey Key(NpgsqlDataReader reader) => new(
        reader.GetHour(0), reader.GetGuid(1), reader.GetNullableGuid(2), reader.GetGuid(3), reader.GetNullableGuid(4),
        reader.GetString(5), reader.GetString(6));

    private static BucketSum Sum(NpgsqlDataReader reader) => new(
        reader.GetInt64(7), reader.GetInt64(8), reader.GetInt64(9), reader.GetInt64(10), reader.GetInt64(11), reader.GetInt64(12),
        reader.GetInt64(13), reader.GetInt64(14), reader.GetInt64(15), reader.GetInt64(16), reader.GetInt64(17))
    {
        Spelling = reader.GetString(18),
    };

    private static void AddKeys(NpgsqlBatchCommand command, IReadOnlyList<BucketKey> keys)
    {
        void Add<T>(string name, Func<BucketKey, T> value) => command.Parameters.AddWithValue(name, keys.Select(value).ToArray());

        Add("hours", key => key.Hour.Start);
        Add("workspaces", key => key.WorkspaceId);
        Add("runtimes", key => key.RuntimeId);
        Add("agents", key => key.AgentId);
        Add("projects", key => key.ProjectId);
        Add("providers", key => key.Provider);
        Add("models", key => key.Model);
    }

    private static void AddSums(NpgsqlBatchCommand command, IReadOnlyList<BucketSum> sums)
    {
        void Add<T>(string name, Func<BucketSum, T> value) => command.Parameters.AddWithValue(name, sums.Select(value).ToArray());

        Add("input", sum => sum.InputTokens);
        Add("output", sum => sum.OutputTokens);
        Add("cache_read", sum => sum.CacheReadTokens);
        Add("cache_write", sum => sum.CacheWriteTokens);
        Add("cost", sum => sum.CostUsdTicks);
        Add("uncosted_input", sum => sum.UncostedInputTokens);
        Add("uncosted_output", sum => sum.UncostedOutputTokens);
        Add("uncosted_cache_read", sum => sum.UncostedCacheReadTokens);
        Add("uncosted_cache_write", sum => sum.UncostedCacheWriteTokens);
        Add("tasks", sum => sum.TaskCount);
        Add("events", sum => sum.EventCount);
        Add("spellings", sum => sum.Spelling);
    }
}
