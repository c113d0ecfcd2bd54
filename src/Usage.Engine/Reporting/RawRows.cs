using Npgsql;

namespace Usage.Engine.Reporting;

/// <summary>Which usage rows a report reads, and by which of two ways. Both find the same rows.</summary>
/// <param name="Ranges">Ranges of <c>created_at</c>, oldest first; they do not overlap.</param>
/// <param name="ByAgent">
/// Through all tasks of the workspace's agents, whenever they ran; otherwise through all usage of the ranges, whosever it is.
/// </param>
internal sealed record RawRows(IReadOnlyList<InstantRange> Ranges, bool ByAgent)
{
    /// <summary>
    /// A task that is visited costs an index probe for its usage, and a row that is visited costs one for its task; but rows of a range lie
    /// together, and those of an agent's tasks do not.
    /// </summary>
    private const int RowsPerTask = 2;

    /// <summary>
    /// How far both ways are counted. Each step is several times the one before, so that all of it costs a small share of the shorter way.
    /// </summary>
    private static readonly int[] Steps = [1_000, 8_000, 64_000];

    // Both counts stop at the step's limit: "offset 0" keeps each part a nested loop over an index, which ends as soon as that is reached.
    private const string CountSql = """
        select (select count(*)
                from (
                    select from public.agent a
                    cross join lateral (select from public.agent_task_queue q where q.agent_id = a.id offset 0) t
                    where a.workspace_id = @workspace and (@agent is null or a.id = @agent)
                    limit @limit) tasks) as tasks,
               (select count(*)
                from (
                    select from unnest(@starts, @ends) s (start_instant, end_instant)
                    cross join lateral (
                        select from public.task_usage x
                        where x.created_at >= s.start_instant and x.created_at < s.end_instant offset 0) u
                    limit @limit) rows) as rows
        """;

    /// <summary>Chooses the way that visits less, for a scope.</summary>
    public static async Task<RawRows> ChooseAsync(
        NpgsqlConnection connection, ReportScope scope, IReadOnlyList<InstantRange> ranges, CancellationToken cancellationToken)
    {
        foreach (var limit in Steps)
        {
            var (tasks, rows) = await CountAsync(connection, scope, ranges, limit, cancellationToken).ConfigureAwait(false);
            if (tasks < limit || rows < limit)
            {
                return new(ranges, ByAgent: tasks * RowsPerTask < rows);
            }
        }

        return new(ranges, ByAgent: false);
    }

    private static async Task<(long Tasks, long Rows)> CountAsync(
        NpgsqlConnection connection, ReportScope scope, IReadOnlyList<InstantRange> ranges, int limit, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(CountSql, connection);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddScope(scope);
        command.Parameters.AddRows(new(ranges, ByAgent: false));
        command.Parameters.AddWithValue("limit", limit);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }
}
