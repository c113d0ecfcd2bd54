using Npgsql;
using NpgsqlTypes;
using Usage.Engine.Rollup;

namespace Usage.Engine.Storage;

/// <summary>
/// Inserts many buckets at once. The caller holds the locks of their hours and has read that none of them is stored, so nothing can conflict.
/// </summary>
internal static class BucketCopy
{
    private const string CopySql = """
        copy usage_rollup.hourly (
            bucket_hour, agent_id, workspace_id, runtime_id, project_id, provider, model,
            input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd_ticks,
            uncosted_input_tokens, uncosted_output_tokens, uncosted_cache_read_tokens, uncosted_cache_write_tokens,
            task_count, event_count)
        from stdin (format binary)
        """;

    public static async Task InsertAsync(NpgsqlConnection connection, Bucket[] buckets, CancellationToken cancellationToken)
    {
        // In about the order of the unique key, so that neighbours on a page of it are inserted one after the other.
        Array.Sort(buckets, static (left, right) =>
            (left.Key.Hour, left.Key.AgentId).CompareTo((right.Key.Hour, right.Key.AgentId)));
        await using var copy = await connection.BeginBinaryImportAsync(CopySql, cancellationToken);
        foreach (var bucket in buckets)
        {
            await copy.StartRowAsync(cancellationToken);
            await WriteAsync(copy, bucket.Key, cancellationToken);
            await WriteAsync(copy, bucket.Sum, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    private static async ValueTask WriteAsync(NpgsqlBinaryImporter copy, BucketKey key, CancellationToken cancellationToken)
    {
        await copy.WriteAsync(key.Hour.Start, NpgsqlDbType.TimestampTz, cancellationToken);
        await copy.WriteAsync(key.AgentId, NpgsqlDbType.Uuid, cancellationToken);
        await copy.WriteAsync(key.WorkspaceId, NpgsqlDbType.Uuid, cancellationToken);
        await WriteAsync(copy, key.RuntimeId, cancellationToken);
        await WriteAsync(copy, key.ProjectId, cancellationToken);
        await copy.WriteAsync(key.Provider, NpgsqlDbType.Text, cancellationToken);
        await copy.WriteAsync(key.Model, NpgsqlDbType.Text, cancellationToken);
    }

    private static async ValueTask WriteAsync(NpgsqlBinaryImporter copy, BucketSum sum, CancellationToken cancellationToken)
    {
        await copy.WriteAsync(sum.InputTokens, NpgsqlDbType.Bigint, cancellationToken);
        await copy.WriteAsync(sum.OutputTokens, NpgsqlDbType.Bigint, cancellationToken);
        await copy.WriteAsync(sum.CacheReadTokens, NpgsqlDbType.Bigint, cancellationToken);
        await copy.WriteAsync(sum.CacheWriteTokens, NpgsqlDbType.Bigint, cancellationToken);
        await copy.WriteAsync(sum.CostUsdTicks, NpgsqlDbType.Bigint, cancellationToken);
        await copy.WriteAsync(sum.UncostedInputTokens, NpgsqlDbType.Bigint, cancellationToken);
        await copy.WriteAsync(sum.UncostedOutputTokens, NpgsqlDbType.Bigint, cancellationToken);
        await copy.WriteAsync(sum.UncostedCacheReadTokens, NpgsqlDbType.Bigint, cancellationToken);
        await copy.WriteAsync(sum.UncostedCacheWriteTokens, NpgsqlDbType.Bigint, cancellationToken);
        await copy.WriteAsync(sum.TaskCount, NpgsqlDbType.Bigint, cancellationToken);
        await copy.WriteAsync(sum.EventCount, NpgsqlDbType.Bigint, cancellationToken);
    }

    private static ValueTask WriteAsync(NpgsqlBinaryImporter copy, Guid? id, CancellationToken cancellationToken) => new(
        id is { } known
            ? copy.WriteAsync(known, NpgsqlDbType.Uuid, cancellationToken)
            : copy.WriteNullAsync(cancellationToken));
}
