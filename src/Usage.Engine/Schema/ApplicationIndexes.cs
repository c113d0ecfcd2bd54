using Npgsql;

namespace Usage.Engine.Schema;

/// <summary>
/// The indexes that the engine needs on the application's tables. Those that are missing are built concurrently, which blocks no
/// writer, and an INVALID leftover of a build that died is dropped first.
/// </summary>
internal sealed class ApplicationIndexes(NpgsqlDataSource database)
{
    private static readonly (string Name, string Table, string Column)[] Needed =
    [
        ("usage_rollup_task_usage_created_at", "task_usage", "created_at"),
        ("usage_rollup_agent_task_queue_agent_id", "agent_task_queue", "agent_id"),
        ("usage_rollup_agent_task_queue_issue_id", "agent_task_queue", "issue_id"),
        ("usage_rollup_agent_task_queue_runtime_id", "agent_task_queue", "runtime_id"),
    ];

    // Any valid, unconditional B-tree that starts with the column serves.
    private const string IsServedSql = """
        select exists (
            select from pg_index i
            join pg_class c on c.oid = i.indexrelid
            join pg_am m on m.oid = c.relam and m.amname = 'btree'
            join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0] and a.attname = @column
            where i.indrelid = to_regclass('public.' || @table) and i.indisvalid and i.indpred is null)
        """;

    private const string IsInvalidSql =
        "select exists (select from pg_index i where i.indexrelid = to_regclass('public.' || @name) and not i.indisvalid)";

    /// <summary>Builds what is missing, one index after the other.</summary>
    /// <returns>The names of the indexes built.</returns>
    public async Task<IReadOnlyList<string>> BuildAsync(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        List<string> built = [];
        foreach (var (name, table, column) in Needed)
        {
            await DropInvalidAsync(name, progress, cancellationToken);
            await using var isServed = database.CreateCommand(IsServedSql);
            isServed.Parameters.AddWithValue("table", table);
            isServed.Parameters.AddWithValue("column", column);
            if (await isServed.ExecuteScalarAsync(cancellationToken) is true)
            {
                continue;
            }

            progress?.Report($"Building index {name} on {table} ({column}), concurrently.");
            await ExecuteAsync($"create index concurrently {name} on public.{table} ({column})", cancellationToken);
            built.Add(name);
        }

        return built;
    }

    /// <summary>Drops the indexes that were built here; those of the application stay.</summary>
    public async Task DropAsync(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        foreach (var (name, _, _) in Needed)
        {
            progress?.Report($"Dropping index {name}, concurrently, if it was built.");
            await ExecuteAsync($"drop index concurrently if exists public.{name}", cancellationToken);
        }
    }

    /// <summary>A build that died leaves an index that serves no query and costs every write, whether or not another one serves.</summary>
    private async Task DropInvalidAsync(string name, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        await using var isInvalid = database.CreateCommand(IsInvalidSql);
        isInvalid.Parameters.AddWithValue("name", name);
        if (await isInvalid.ExecuteScalarAsync(cancellationToken) is true)
        {
            progress?.Report($"Dropping index {name}, which an earlier build left INVALID.");
            await ExecuteAsync($"drop index concurrently if exists public.{name}", cancellationToken);
        }
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
