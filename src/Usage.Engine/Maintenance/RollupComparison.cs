using NodaTime;
using Npgsql;
using Usage.Engine.Database;
using Usage.Engine.Rollup;

namespace Usage.Engine.Maintenance;

/// <summary>Compares the rollup with a GROUP BY computed by PostgreSQL, independently of the drain's code.</summary>
internal static class RollupComparison
{
    // Grouping by key and measures treats NULLs as equal. It leaves one group if both sides agree, and one per side otherwise.
    private const string DifferencesSql = $"""
        with side (is_raw, bucket_hour, workspace_id, runtime_id, agent_id, project_id, provider, model, {MeasureSql.Columns}, spelling) as (
            select true, {HourSql.OfUsage},
                   a.workspace_id, t.runtime_id, t.agent_id, i.project_id, lower(u.provider collate "C"), u.model,
                   {MeasureSql.SumsOfUsage},
                   case when min(u.provider collate "C") <> max(u.provider collate "C") then '*'
                        else nullif(min(u.provider collate "C"), lower(min(u.provider collate "C"))) end
            from public.task_usage u
            join public.agent_task_queue t on t.id = u.task_id
            join public.agent a on a.id = t.agent_id
            left join public.issue i on i.id = t.issue_id
            where u.created_at >= @from and u.created_at < @to
            group by 2, 3, 4, 5, 6, 7, 8
            union all
            select false, bucket_hour, workspace_id, runtime_id, agent_id, project_id, provider, model,
                   {MeasureSql.Columns}, nullif(spelling, '')
            from usage_rollup.hourly
            where bucket_hour >= @from and bucket_hour < @to)
        select bucket_hour, workspace_id, runtime_id, agent_id, project_id, provider, model,
               input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd_ticks,
               uncosted_input_tokens, uncosted_output_tokens, uncosted_cache_read_tokens, uncosted_cache_write_tokens,
               task_count::numeric, event_count::numeric, bool_or(is_raw) as is_raw
        from side
        group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, spelling
        having count(*) = 1
        order by 1, 2, 3, 4, 5, 6, 7, is_raw
        """;

    private const string CountsSql = """
        select (select count(*) from public.task_usage where created_at >= @from and created_at < @to),
               (select count(*) from usage_rollup.hourly where bucket_hour >= @from and bucket_hour < @to)
        """;

    /// <summary>The buckets of [from, to) that differ, ordered by key.</summary>
    public static async Task<IReadOnlyList<BucketDrift>> DifferencesAsync(
        NpgsqlConnection connection, Instant from, Instant to, CancellationToken cancellationToken)
    {
        var command = Command(connection, DifferencesSql, from, to);
        await using var _command = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        List<BucketDrift> differences = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var figures = Figures(reader);
            BucketDrift one = new(
                reader.GetFieldValue<Instant>(0), reader.GetGuid(1), reader.GetNullableGuid(2), reader.GetGuid(3),
                reader.GetNullableGuid(4), reader.GetString(5), reader.GetString(6), Raw: null, Rollup: null);

            // The rollup's side of a key sorts first, followed by its raw side.
            if (!reader.GetBoolean(18))
            {
                differences.Add(one with { Rollup = figures });
            }
            else if (differences is [.., var last] && last with { Rollup = null } == one)
            {
                differences[^1] = last with { Raw = figures };
            }
            else
            {
                differences.Add(one with { Raw = figures });
            }
        }

        return differences;
    }

    /// <summary>Counts the usage rows and buckets of [from, to).</summary>
    public static async Task<(long RawRows, long Buckets)> CountAsync(
        NpgsqlConnection connection, Instant from, Instant to, CancellationToken cancellationToken)
    {
        var command = Command(connection, CountsSql, from, to);
        await using var _command = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, Instant from, Instant to)
    {
        NpgsqlCommand command = new(sql, connection) { CommandTimeout = 0 };
        command.Parameters.AddWithValue("from", from);
        command.Parameters.AddWithValue("to", to);
        return command;
    }

    private static BucketFigures Figures(NpgsqlDataReader reader) => new(
        reader.GetDecimal(7), reader.GetDecimal(8), reader.GetDecimal(9), reader.GetDecimal(10), reader.GetDecimal(11),
        reader.GetDecimal(12), reader.GetDecimal(13), reader.GetDecimal(14), reader.GetDecimal(15), reader.GetDecimal(16),
        reader.GetDecimal(17));
}
