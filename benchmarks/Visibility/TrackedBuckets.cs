using NodaTime;
using Usage.Benchmarks.DataSets;

namespace Usage.Benchmarks.Visibility;

/// <summary>
/// Buckets of different agents in the last full hour of a data set, identified by a model that nothing else uses.
/// </summary>
internal sealed record TrackedBuckets(Instant Hour, IReadOnlyList<TrackedBucket> All)
{
    public const string Model = "tracked";

    private const string PickSql = """
        select t.id, a.id, coalesce(u.input_tokens, 0)
        from public.agent a
        cross join lateral (
            select q.id from public.agent_task_queue q where q.agent_id = a.id order by q.created_at desc, q.id limit 1) t
        left join public.task_usage u on u.task_id = t.id and u.provider = 'openai' and u.model = @model
        where @workspace::uuid is null or a.workspace_id = @workspace
        order by a.id
        limit @most
        """;

    /// <summary>Picks the same buckets each time, with their current versions.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="workspaceId">Only this workspace's agents; null for all.</param>
    /// <param name="most">Maximum number of agents, with one bucket each.</param>
    public static async Task<TrackedBuckets> PickAsync(DataSet data, Guid? workspaceId, int most, CancellationToken cancellationToken)
    {
        await using var command = data.Database.CreateCommand(PickSql);
        command.Parameters.AddWithValue("model", Model);
        command.Parameters.Add(new("workspace", NpgsqlTypes.NpgsqlDbType.Uuid) { Value = (object?)workspaceId ?? DBNull.Value });
        command.Parameters.AddWithValue("most", most);
        List<TrackedBucket> buckets = [];
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            buckets.Add(new(reader.GetGuid(0), reader.GetGuid(1), reader.GetInt64(2)));
        }

        return buckets.Count > 0
            ? new(await data.LastFullHourAsync(cancellationToken), buckets)
            : throw new InvalidOperationException("No agent in the data set has a task to track.");
    }
}
