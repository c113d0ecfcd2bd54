using System.Runtime.CompilerServices;
using NodaTime;
using Npgsql;
using Usage.Engine.Database;

namespace Usage.Engine.Exporting;

/// <summary>
/// Reads a day of an export, ordered by key: complete hours from buckets, others from raw rows. Both give the same figures when nothing is
/// pending.
/// </summary>
internal sealed class ExportReader(NpgsqlConnection connection, ExportRequest request, ExportPrices prices)
{
    /// <summary>Buckets without aggregation, in the order of their unique index except for the collation.</summary>
    private const string BucketsSql = $"""
        select h.bucket_hour, h.workspace_id, h.agent_id, h.runtime_id, h.project_id, h.provider, h.model,
               width_bucket(h.bucket_hour, @price_starts),
               h.input_tokens, h.output_tokens, h.cache_read_tokens, h.cache_write_tokens,
               h.uncosted_input_tokens, h.uncosted_output_tokens, h.uncosted_cache_read_tokens, h.uncosted_cache_write_tokens,
               h.cost_usd_ticks, h.event_count
        from usage_rollup.hourly h
        where h.bucket_hour >= @from and h.bucket_hour < @to
          and (@workspace is null or h.workspace_id = @workspace)
        order by h.bucket_hour, h.agent_id, h.workspace_id, h.runtime_id, h.project_id, h.provider collate "C", h.model collate "C"
        """;

    private const string SumsSql = $"""
        select r.period_start, r.workspace_id, r.agent_id, r.runtime_id, r.project_id, r.provider, r.model, r.price_period,
               sum(r.input_tokens)::bigint, sum(r.output_tokens)::bigint, sum(r.cache_read_tokens)::bigint, sum(r.cache_write_tokens)::bigint,
               sum(r.uncosted_input_tokens)::bigint, sum(r.uncosted_output_tokens)::bigint,
               sum(r.uncosted_cache_read_tokens)::bigint, sum(r.uncosted_cache_write_tokens)::bigint,
               sum(r.cost_usd_ticks)::bigint, sum(r.event_count)::bigint
        from (
            select case when @by_day then @from else h.bucket_hour end as period_start,
                   h.workspace_id, case when h.agent_id = any (@hidden_agents) then @other_agents else h.agent_id end as agent_id,
                   h.runtime_id, h.project_id, h.provider, h.model,
                   width_bucket(h.bucket_hour, @price_starts) as price_period,
                   h.input_tokens, h.output_tokens, h.cache_read_tokens, h.cache_write_tokens,
                   h.uncosted_input_tokens, h.uncosted_output_tokens, h.uncosted_cache_read_tokens, h.uncosted_cache_write_tokens,
                   h.cost_usd_ticks, h.event_count
            from usage_rollup.hourly h
            where h.bucket_hour >= @from and h.bucket_hour < @to
              and h.bucket_hour <> all (@cut_hours)
              and (@workspace is null or h.workspace_id = @workspace)
            union all
            select case when @by_day then @from else {HourSql.OfUsage} end,
                   a.workspace_id, case when t.agent_id = any (@hidden_agents) then @other_agents else t.agent_id end,
                   t.runtime_id, i.project_id, lower(u.provider collate "C"), u.model,
                   width_bucket(u.created_at, @price_starts),
                   u.input_tokens, u.output_tokens, u.cache_read_tokens, u.cache_write_tokens,
                   case when u.cost_usd_ticks is null then u.input_tokens else 0 end,
                   case when u.cost_usd_ticks is null then u.output_tokens else 0 end,
                   case when u.cost_usd_ticks is null then u.cache_read_tokens else 0 end,
                   case when u.cost_usd_ticks is null then u.cache_write_tokens else 0 end,
                   coalesce(u.cost_usd_ticks, 0), 1
            from unnest(@starts, @ends) s (start_instant, end_instant)
            cross join lateral (
                select x.task_id, x.provider, x.model, x.input_tokens, x.output_tokens, x.cache_read_tokens, x.cache_write_tokens,
                       x.cost_usd_ticks, x.created_at
                from public.task_usage x
                where x.created_at >= s.start_instant and x.created_at < s.end_instant offset 0) u
            join public.agent_task_queue t on t.id = u.task_id
            join public.agent a on a.id = t.agent_id
            left join public.issue i on i.id = t.issue_id
            where @workspace is null or a.workspace_id = @workspace) r
        group by 1, 2, 3, 4, 5, 6, 7, 8
        order by 1, 3, 2, 4, 5, r.provider collate "C", r.model collate "C", 8
        """;

    /// <summary>The day's rows. Rows with the same key are adjacent.</summary>
    public async IAsyncEnumerable<ExportRow> ReadAsync(ExportDay day, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var isHourly = request.Grain == ExportGrain.Hour;
        Guid[] hidden = [.. request.HiddenAgents ?? new HashSet<Guid>()];
        NpgsqlCommand command = new(isHourly && day.CutHours.Count == 0 && hidden.Length == 0 ? BucketsSql : SumsSql, connection) { CommandTimeout = 0 };
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddWithValue("from", day.Day.Start);
        command.Parameters.AddWithValue("to", day.Day.End);
        command.Parameters.AddWithValue("price_starts", prices.PeriodStarts);
        command.Parameters.Add(new NpgsqlParameter<Guid?>("workspace", request.WorkspaceId));
        if (command.CommandText == SumsSql)
        {
            command.Parameters.AddWithValue("by_day", !isHourly);
            command.Parameters.AddWithValue("hidden_agents", hidden);
            command.Parameters.AddWithValue("other_agents", ExportRequest.OtherAgents);
            command.Parameters.AddWithValue("cut_hours", day.CutHours.ToArray());
            command.Parameters.AddWithValue("starts", day.RawRanges.Select(range => range.Start).ToArray());
            command.Parameters.AddWithValue("ends", day.RawRanges.Select(range => range.End).ToArray());
        }

        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return Row(reader, day.Day, isHourly);
        }
    }

    private ExportRow Row(NpgsqlDataReader reader, Reporting.LocalDay day, bool isHourly)
    {
        var start = reader.GetFieldValue<Instant>(0);
        ExportKey key = new(
            day.Date, start, isHourly ? start + Duration.FromHours(1) : day.End, reader.GetGuid(1), reader.GetGuid(2),
            reader.GetNullableGuid(3), reader.GetNullableGuid(4), reader.GetString(5), reader.GetString(6));
        var uncosted = Tokens(reader, 12);
        return new(
            key, Tokens(reader, 8), uncosted, reader.GetInt64(16), reader.GetInt64(17), prices.Find(key.Provider, key.Model, reader.GetInt32(7)));
    }

    private static ExportTokens Tokens(NpgsqlDataReader reader, int ordinal) =>
        new(reader.GetInt64(ordinal), reader.GetInt64(ordinal + 1), reader.GetInt64(ordinal + 2), reader.GetInt64(ordinal + 3));
}
