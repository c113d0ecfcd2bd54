using Npgsql;
using Usage.Engine.Rollup;

namespace Usage.Engine.Draining;

/// <summary>
/// Bulk-inserts new buckets. The caller holds the locks of their hours and has verified that none of them is stored, so nothing
/// can conflict.
/// </summary>
internal static class BucketCopy
{
    private const short Fields = 19;

    private const string CopySql = $"""
        copy usage_rollup.hourly (
            bucket_hour, agent_id, workspace_id, runtime_id, project_id, provider, model,
            {MeasureSql.Columns}, spelling)
        from stdin (format binary)
        """;

    public static async Task InsertAsync(
        NpgsqlConnection connection, IReadOnlyList<Bucket> buckets, CancellationToken cancellationToken)
    {
        var copy = await connection.BeginRawBinaryCopyAsync(CopySql, cancellationToken).ConfigureAwait(false);
        await using var _copy = copy.ConfigureAwait(false);
        CopyBuffer rows = new();
        foreach (var place in WorkspacesTogether(buckets))
        {
            Write(rows, buckets[place]);
            await rows.SendPieceAsync(copy, cancellationToken).ConfigureAwait(false);
        }

        await rows.SendEndAsync(copy, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Orders by hour, then workspace: a workspace's buckets of an hour then share one or two pages, which helps reports, and an
    /// hour's keys go to the same few index pages.
    /// </summary>
    private static int[] WorkspacesTogether(IReadOnlyList<Bucket> buckets)
    {
        var keys = buckets.Select(bucket => (bucket.Key.Hour, bucket.Key.WorkspaceId, bucket.Key.AgentId)).ToArray();
        var places = Enumerable.Range(0, keys.Length).ToArray();
        Array.Sort(keys, places);
        return places;
    }

    /// <summary>Appends a bucket as a row of the COPY.</summary>
    public static void Write(CopyBuffer row, in Bucket bucket)
    {
        var (key, sum) = bucket;
        row.BeginRow(Fields);
        row.Write(key.Hour.Start);
        row.Write(key.AgentId);
        row.Write(key.WorkspaceId);
        row.Write(key.RuntimeId);
        row.Write(key.ProjectId);
        row.Write(key.Provider);
        row.Write(key.Model);
        row.Write(sum.InputTokens);
        row.Write(sum.OutputTokens);
        row.Write(sum.CacheReadTokens);
        row.Write(sum.CacheWriteTokens);
        row.Write(sum.CostUsdTicks);
        row.Write(sum.UncostedInputTokens);
        row.Write(sum.UncostedOutputTokens);
        row.Write(sum.UncostedCacheReadTokens);
        row.Write(sum.UncostedCacheWriteTokens);
        row.Write(sum.TaskCount);
        row.Write(sum.EventCount);
        row.Write(sum.Spelling);
    }
}
