using NodaTime;
using Npgsql;
using Usage.Engine.Pricing;
using Usage.Engine.Rollup;

namespace Usage.Engine.Reporting;

/// <summary>Reads usage by task and task starts, for which the rollup has no key: over all time, from raw rows.</summary>
internal static class TaskCells
{
    private const string CellsSql = $"""
        select 0 as slot, u.task_id as entity_id, u.provider collate "C" as provider, u.model,
               width_bucket(u.created_at, @price_starts) as price_period,
               {MeasureSql.SumsOfUsage}, u.provider collate "C"
        from public.agent_task_queue t
        join public.agent a on a.id = t.agent_id
        join public.task_usage u on u.task_id = t.id
        where a.workspace_id = @workspace
          and (@issue is null or t.issue_id = @issue)
          and (@task is null or t.id = @task)
          and u.created_at >= @from and u.created_at < @to
        group by 1, 2, 3, 4, 5
        """;

    private const string StartsSql = """
        select extract(hour from
                   t.started_at at time zone 'UTC'
                   + (@offset_seconds)[1 + width_bucket(t.started_at, @offset_changes)] * interval '1 second')::integer as hour,
               count(*) as task_starts
        from public.agent_task_queue t
        join public.agent a on a.id = t.agent_id
        where t.runtime_id = @runtime
          and a.workspace_id = @workspace
          and t.started_at >= @from and t.started_at < @to
        group by 1
        order by 1
        """;

    private static readonly InstantRange AllTime = new(HourBucket.RangeStart, HourBucket.RangeEnd);

    /// <summary>Reads the usage of an issue's tasks, or of one task, by task.</summary>
    public static async Task<IReadOnlyList<UsageCell>> ReadAsync(
        NpgsqlConnection connection, Guid workspaceId, Guid? issueId, Guid? taskId, CostEstimate costs,
        CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(CellsSql, connection);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddWithValue("workspace", workspaceId);
        command.Parameters.Add(new NpgsqlParameter<Guid?>("issue", issueId));
        command.Parameters.Add(new NpgsqlParameter<Guid?>("task", taskId));
        command.Parameters.AddWithValue("price_starts", costs.PeriodStarts);
        command.Parameters.AddRange(AllTime);
        return await command.ReadCellsAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the starts of a runtime's tasks by hour of the local clock.</summary>
    public static async Task<IReadOnlyList<HourActivity>> ReadStartsAsync(
        NpgsqlConnection connection, Guid workspaceId, Guid runtimeId, DateTimeZone zone, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(StartsSql, connection);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddWithValue("workspace", workspaceId);
        command.Parameters.AddWithValue("runtime", runtimeId);
        command.Parameters.AddOffsets(ZoneOffsets.Of(zone, AllTime.Start, AllTime.End));
        command.Parameters.AddRange(AllTime);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        List<HourActivity> rows = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            rows.Add(new(reader.GetInt32(0), reader.GetInt64(1)));
        }

        return rows;
    }
}
