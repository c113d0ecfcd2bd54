using Npgsql;

namespace Usage.Engine.Reporting;

/// <summary>Which usage rows a report reads, and by which access path. Both paths find the same rows.</summary>
/// <param name="Ranges">Ranges of <c>created_at</c>, oldest first, without overlaps.</param>
/// <param name="ByAgent">
/// True: through all tasks of the workspace's agents, whenever they ran. False: through all usage in the ranges, of every
/// workspace.
/// </param>
internal sealed record RawRows(IReadOnlyList<InstantRange> Ranges, bool ByAgent)
{
    /// <summary>
    /// Visiting a task costs an index probe for its usage, and visiting a row costs one for its task; but the rows of a range are
    /// stored together, and those of an agent's tasks are not.
    /// </summary>
    private const int RowsPerTask = 2;

    /// <summary>
    /// Limits up to which both paths are counted. Each is several times the previous one, so that counting costs a small share of
    /// the cheaper path.
    /// </summary>
    private static readonly int[] Steps = [1_000, 8_000, 64_000];

    // Both counts stop at the limit: "offset 0" keeps each part a nested loop over an index, which ends as soon as the limit is
    // reached.
    private const string CountSql = """
        select (select count(*)
                from (
                    select from public.agent a
                    cross join lateral (select from public.agent_task_queue q where q.agent_id = a.id offset 0) t
                    where a.workspace_id = @workspace and (@agents is null or a.id = any (@agents))
                    limit @limit) tasks) as tasks,
               (select count(*)
                from (
                    select from unnest(@starts, @ends) s (start_instant, end_instant)
                    cross join lateral (
                        select from public.task_usage x
                        where x.created_at >= s.start_instant and x.created_at < s.end_instant offset 0) u
                    limit @limit) rows) as rows
        """;

    /// <summary>Chooses the access path that visits fewer entries.</summary>
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
