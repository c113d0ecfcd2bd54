using Npgsql;

namespace Usage.Engine.Schema;

/// <summary>
/// Builds the indexes that the engine needs on the application's tables and that are missing. They are built concurrently,
/// without blocking writers. An INVALID index left by an interrupted build is dropped first.
/// </summary>
internal sealed class ApplicationIndexes(NpgsqlDataSource database, SchemaChange change)
{
    private static readonly NeededIndex[] Needed =
    [
        new("usage_rollup_task_usage_created_at", "task_usage", "created_at"),
        new("usage_rollup_agent_task_queue_agent_id", "agent_task_queue", "agent_id", Then: "completed_at"),
        new("usage_rollup_agent_task_queue_issue_id", "agent_task_queue", "issue_id"),
        new("usage_rollup_agent_task_queue_runtime_id", "agent_task_queue", "runtime_id"),
    ];

    // Any valid B-tree without a predicate that starts with the column will do, on the table or on each partition that stores
    // rows. A partitioned index that an earlier migration began is completed.
    private const string IsServedSql = """
        with member as (
            select m.relation,
                   exists (
                       select from pg_index i
                       join pg_class c on c.oid = i.indexrelid
                       join pg_am b on b.oid = c.relam and b.amname = 'btree'
                       join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0] and a.attname = @column
                       where i.indrelid = m.relation and i.indisvalid and i.indpred is null) as served
            from usage_rollup.table_tree(to_regclass('public.' || @table)) m (relation))
        select coalesce(bool_or(m.served) filter (where m.relation = to_regclass('public.' || @table)), false)
            or to_regclass('public.' || @name) is null and coalesce(bool_and(m.served) filter (where c.relkind <> 'p'), false)
        from member m
        join pg_class c on c.oid = m.relation
        """;

    private const string IsInvalidSql = """
        select exists (
            select from pg_index i
            join pg_class c on c.oid = i.indexrelid
            where i.indexrelid = to_regclass('public.' || @name) and not i.indisvalid and c.relkind = 'i')
        """;

    private const string IsPartitionedSql = "select relkind = 'p' from pg_class where oid = to_regclass('public.' || @table)";

    // An attached partition index is dropped together with its parent.
    private const string LeftSql = """
        select format('%I.%I', n.nspname, c.relname), c.relkind = 'I'
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('i', 'I') and c.relname ~ ('^' || @name || '(_[0-9]+)?$')
          and not exists (select from pg_inherits h where h.inhrelid = c.oid)
        order by c.relkind
        """;

    private readonly PartitionedIndexBuild partitioned = new(database, change);

    /// <summary>Builds the missing indexes, one after the other.</summary>
    /// <returns>The names of the indexes built.</returns>
    public async Task<IReadOnlyList<string>> BuildAsync(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        List<string> built = [];
        foreach (var index in Needed)
        {
            if (await IsAsync(IsInvalidSql, index, cancellationToken).ConfigureAwait(false))
            {
                // An INVALID index slows down writes and serves no query, so drop it even if another index exists.
                progress?.Report($"Dropping index {index.Name}, left INVALID by an interrupted build.");
                await change.ConcurrentlyAsync($"drop index concurrently if exists public.{index.Name}", cancellationToken).ConfigureAwait(false);
            }

            if (await IsAsync(IsServedSql, index, cancellationToken).ConfigureAwait(false))
            {
                continue;
            }

            progress?.Report($"Building index {index.Name} on {index.Table} ({index.Columns}) concurrently.");
            if (await IsAsync(IsPartitionedSql, index, cancellationToken).ConfigureAwait(false))
            {
                await partitioned.RunAsync(index, progress, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await change.ConcurrentlyAsync($"create index concurrently {index.Name} on public.{index.Table} ({index.Columns})", cancellationToken).ConfigureAwait(false);
            }

            built.Add(index.Name);
        }

        return built;
    }

    /// <summary>Drops the indexes that Usage built. The application's own indexes stay.</summary>
    public async Task DropAsync(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        foreach (var index in Needed)
        {
            progress?.Report($"Dropping index {index.Name} if it exists.");

            // The table's index first: what remains afterwards was never attached.
            foreach (var (name, isPartitioned) in await LeftAsync(index, cancellationToken).ConfigureAwait(false))
            {
                var dropping = isPartitioned
                    ? change.UnderLockAsync($"drop index {name}", progress, cancellationToken)
                    : change.ConcurrentlyAsync($"drop index concurrently if exists {name}", cancellationToken);
                await dropping.ConfigureAwait(false);
            }
        }
    }

    private async Task<List<(string Name, bool IsPartitioned)>> LeftAsync(NeededIndex index, CancellationToken cancellationToken)
    {
        var command = Command(LeftSql, index);
        await using var _command = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        List<(string, bool)> left = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            left.Add((reader.GetString(0), reader.GetBoolean(1)));
        }

        return left;
    }

    private async Task<bool> IsAsync(string question, NeededIndex index, CancellationToken cancellationToken)
    {
        var command = Command(question, index);
        await using var _command = command.ConfigureAwait(false);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
    }

    private NpgsqlCommand Command(string sql, NeededIndex index)
    {
        var command = database.CreateCommand(sql);
        command.Parameters.AddWithValue("name", index.Name);
        command.Parameters.AddWithValue("table", index.Table);
        command.Parameters.AddWithValue("column", index.Column);
        return command;
    }
}

/// <summary>An index on one of the application's tables.</summary>
/// <param name="Name">Its name, if the engine builds it.</param>
/// <param name="Table">The table.</param>
/// <param name="Column">The column that the engine looks rows up by. An index of the application that begins with it is enough.</param>
/// <param name="Then">A second column, which reduces the rows to read; null if there is none.</param>
internal sealed record NeededIndex(string Name, string Table, string Column, string? Then = null)
{
    /// <summary>What it is built on.</summary>
    public string Columns => Then is null ? Column : $"{Column}, {Then}";
}
