using Npgsql;

namespace Usage.Engine.Schema;

/// <summary>
/// Builds an index on a partitioned table without blocking writers. PostgreSQL can't do that in one statement, so this creates
/// the parent index, which is invalid at first, then builds an index on each partition concurrently and attaches it. Attaching
/// the last one makes the parent valid. Valid indexes from an interrupted build are attached; INVALID ones are dropped. Later
/// partitions inherit the index.
/// </summary>
internal sealed class PartitionedIndexBuild(NpgsqlDataSource database, SchemaChange change)
{
    // The next partition without an attached index whose parent has one, with the index of that name if it already exists.
    private const string NextSql = """
        with recursive attached as (
            select i.indrelid, i.indexrelid from pg_index i where i.indexrelid = to_regclass('public.' || @name)
            union all
            select i.indrelid, i.indexrelid
            from attached a
            join pg_inherits h on h.inhparent = a.indexrelid
            join pg_index i on i.indexrelid = h.inhrelid)
        select usage_rollup.table_name(p.relid), usage_rollup.table_name(parent.indexrelid), quote_ident(n.nspname),
               @name || '_' || p.relid::oid, p.isleaf, x.indisvalid
        from pg_partition_tree(to_regclass('public.' || @table)) p
        join attached parent on parent.indrelid = p.parentrelid
        join pg_class c on c.oid = p.relid
        join pg_namespace n on n.oid = c.relnamespace
        left join pg_index x on x.indexrelid = to_regclass(format('%I.%I', n.nspname, @name || '_' || p.relid::oid))
        where not exists (select from attached a where a.indrelid = p.relid)
        order by p.level, p.relid
        limit 1
        """;

    public async Task RunAsync(NeededIndex index, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        await change.UnderLockAsync($"create index if not exists {index.Name} on only public.{index.Table} ({index.Columns})", progress, cancellationToken).ConfigureAwait(false);
        while (await NextAsync(index, cancellationToken).ConfigureAwait(false) is { } partition)
        {
            if (!partition.StoresRows)
            {
                await change.UnderLockAsync(
                    $"create index if not exists {partition.Index} on only {partition.Table} ({index.Columns})", progress, cancellationToken).ConfigureAwait(false);
            }
            else if (partition.IsValid is not true)
            {
                if (partition.IsValid is false)
                {
                    progress?.Report($"Dropping index {partition.Index}, left INVALID by an interrupted build.");
                    await change.ConcurrentlyAsync($"drop index concurrently {partition.Schema}.{partition.Index}", cancellationToken).ConfigureAwait(false);
                }

                progress?.Report($"Building index {partition.Index} on {partition.Table} ({index.Columns}) concurrently.");
                await change.ConcurrentlyAsync($"create index concurrently {partition.Index} on {partition.Table} ({index.Columns})", cancellationToken).ConfigureAwait(false);
            }

            await change.UnderLockAsync(
                $"alter index {partition.ParentIndex} attach partition {partition.Schema}.{partition.Index}", progress, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<Partition?> NextAsync(NeededIndex index, CancellationToken cancellationToken)
    {
        var command = database.CreateCommand(NextSql);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddWithValue("name", index.Name);
        command.Parameters.AddWithValue("table", index.Table);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
            ? new(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetBoolean(4),
                reader.IsDBNull(5) ? null : reader.GetBoolean(5))
            : null;
    }

    /// <summary>A partition without an index. Names are quoted where necessary; index names never need quoting.</summary>
    private sealed record Partition(string Table, string ParentIndex, string Schema, string Index, bool StoresRows, bool? IsValid);
}
