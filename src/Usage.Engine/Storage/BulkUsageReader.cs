using NodaTime;
using Npgsql;
using Usage.Engine.Rollup;

namespace Usage.Engine.Storage;

/// <summary>
/// Reads many neighbouring hours as one range of <c>created_at</c>. The range's ends tell the planner how many rows there are, so it can
/// tell when hashing the tasks once is cheaper than a probe for each; no fence decides it beforehand.
/// </summary>
internal static class BulkUsageReader
{
    private const int LeastHours = 16;
    private const int SpanPerHour = 4;

    // A hash in memory, and no parallel workers beside the drains that already run side by side. A probe at the price of a cached page:
    // hashing all tasks is then chosen only where it is cheaper than probing for the range's own, however many tasks there are.
    private const string SettingsSql = """
        select set_config('work_mem', '64MB', true),
               set_config('max_parallel_workers_per_gather', '0', true),
               set_config('random_page_cost', '1.1', true)
        """;

    private const string RangeSql = """
        select u.created_at, u.task_id, t.agent_id, a.workspace_id, t.runtime_id, i.project_id, u.provider, u.model,
               u.input_tokens, u.output_tokens, u.cache_read_tokens, u.cache_write_tokens, u.cost_usd_ticks
        from public.task_usage u
        join public.agent_task_queue t on t.id = u.task_id
        join public.agent a on a.id = t.agent_id
        left join public.issue i on i.id = t.issue_id
        where u.created_at >= @from and u.created_at < @to
        """;

    /// <summary>Whether the hours are many, and close enough to each other for one range to hold little else.</summary>
    /// <param name="hours">In ascending order.</param>
    public static bool Suits(IReadOnlyList<HourBucket> hours) =>
        hours.Count >= LeastHours && hours[^1].Number - hours[0].Number < hours.Count * SpanPerHour;

    /// <summary>Adds the hours' rows to the rollup. Rows of hours between them are not the caller's to count, and are passed over.</summary>
    /// <param name="connection">A connection in the drain's transaction.</param>
    /// <param name="hours">In ascending order.</param>
    /// <param name="rollup">Counts the rows.</param>
    public static async Task ReadAsync(
        NpgsqlConnection connection, IReadOnlyList<HourBucket> hours, HourRollup rollup, CancellationToken cancellationToken)
    {
        await using (NpgsqlCommand settings = new(SettingsSql, connection))
        {
            await settings.ExecuteNonQueryAsync(cancellationToken);
        }

        HashSet<HourBucket>? wanted = hours[^1].Number - hours[0].Number < hours.Count ? null : [.. hours];
        await using NpgsqlCommand command = new(RangeSql, connection);
        command.Parameters.AddWithValue("from", hours[0].Start);
        command.Parameters.AddWithValue("to", hours[^1].End);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (wanted is null || wanted.Contains(HourBucket.Containing(reader.GetFieldValue<Instant>(0))))
            {
                rollup.Add(RawUsageReader.Row(reader));
            }
        }
    }
}
