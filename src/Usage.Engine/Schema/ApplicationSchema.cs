using Npgsql;

namespace Usage.Engine.Schema;

/// <summary>What the engine relies on in the application's tables, and whether a database has it.</summary>
internal static class ApplicationSchema
{
    private const int OldestServerVersion = 150_000;

    private const string MissingSql = """
        select e.relation, e.attribute, e.type, format_type(a.atttypid, null) as found, to_regclass('public.' || quote_ident(e.relation)) is not null
        from (values
            ('user', 'id', 'uuid'),
            ('workspace', 'id', 'uuid'),
            ('workspace', 'name', 'text'),
            ('member', 'workspace_id', 'uuid'),
            ('member', 'user_id', 'uuid'),
            ('member', 'role', 'text'),
            ('agent_runtime', 'id', 'uuid'),
            ('agent_runtime', 'workspace_id', 'uuid'),
            ('agent_runtime', 'name', 'text'),
            ('agent_runtime', 'provider', 'text'),
            ('agent', 'id', 'uuid'),
            ('agent', 'workspace_id', 'uuid'),
            ('agent', 'runtime_id', 'uuid'),
            ('agent', 'name', 'text'),
            ('project', 'id', 'uuid'),
            ('project', 'workspace_id', 'uuid'),
            ('project', 'title', 'text'),
            ('issue', 'id', 'uuid'),
            ('issue', 'workspace_id', 'uuid'),
            ('issue', 'project_id', 'uuid'),
            ('issue', 'title', 'text'),
            ('agent_task_queue', 'id', 'uuid'),
            ('agent_task_queue', 'agent_id', 'uuid'),
            ('agent_task_queue', 'issue_id', 'uuid'),
            ('agent_task_queue', 'runtime_id', 'uuid'),
            ('agent_task_queue', 'status', 'text'),
            ('agent_task_queue', 'created_at', 'timestamp with time zone'),
            ('agent_task_queue', 'started_at', 'timestamp with time zone'),
            ('agent_task_queue', 'completed_at', 'timestamp with time zone'),
            ('task_usage', 'id', 'uuid'),
            ('task_usage', 'task_id', 'uuid'),
            ('task_usage', 'provider', 'text'),
            ('task_usage', 'model', 'text'),
            ('task_usage', 'input_tokens', 'bigint'),
            ('task_usage', 'output_tokens', 'bigint'),
            ('task_usage', 'cache_read_tokens', 'bigint'),
            ('task_usage', 'cache_write_tokens', 'bigint'),
            ('task_usage', 'created_at', 'timestamp with time zone')) e (relation, attribute, type)
        left join pg_attribute a
            on a.attrelid = to_regclass('public.' || quote_ident(e.relation)) and a.attname = e.attribute and not a.attisdropped
        left join pg_type t on t.oid = a.atttypid
        where a.attname is null
           or format_type(a.atttypid, null) <> e.type
              -- Text may be any string type, or an enum where the engine only reads it.
              and not (e.type = 'text' and (t.typcategory = 'S' or t.typcategory = 'E' and e.attribute in ('role', 'status')))
        order by e.relation, e.attribute
        """;

    private const string UniqueUsageSql = """
        select exists (
            select from pg_index i
            where i.indrelid = 'public.task_usage'::regclass and i.indisunique and i.indisvalid and i.indpred is null and i.indnkeyatts = 3
              and array(select a.attname::text from pg_attribute a
                        where a.attrelid = i.indrelid and a.attnum = any (i.indkey[0:2]) order by 1) = '{model,provider,task_id}')
        """;

    /// <summary>Whether the database has none of the application's tables.</summary>
    public static async Task<bool> IsAbsentAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await MissingAsync(connection, cancellationToken)) is { Tables: 9 };

    /// <exception cref="UsageSchemaException">The server is too old, or something that the engine relies on is missing.</exception>
    public static async Task CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (problems, _) = await MissingAsync(connection, cancellationToken);
        if (problems.Count > 0)
        {
            throw new UsageSchemaException(
                "The application's tables do not have the shape that Usage relies on: " + string.Join("; ", problems)
                + ". To create them in an empty database, migrate with --standalone.");
        }

        await using NpgsqlCommand unique = new(UniqueUsageSql, connection);
        if (await unique.ExecuteScalarAsync(cancellationToken) is not true)
        {
            throw new UsageSchemaException("public.task_usage has no unique key on (task_id, provider, model), which recording relies on.");
        }
    }

    /// <exception cref="UsageSchemaException">The server is older than PostgreSQL 15.</exception>
    public static void CheckServer(NpgsqlConnection connection)
    {
        if (connection.PostgreSqlVersion.Major * 10_000 < OldestServerVersion)
        {
            throw new UsageSchemaException(
                $"The server is PostgreSQL {connection.PostgreSqlVersion}; Usage needs 15 or newer, for unique keys whose NULLs are not distinct.");
        }
    }

    private static async Task<(IReadOnlyList<string> Problems, int Tables)> MissingAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(MissingSql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<string> problems = [];
        HashSet<string> tables = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            var table = reader.GetString(0);
            if (!reader.GetBoolean(4))
            {
                if (tables.Add(table))
                {
                    problems.Add($"there is no table public.{table}");
                }
            }
            else if (reader.IsDBNull(3))
            {
                problems.Add($"public.{table} has no column {reader.GetString(1)} {reader.GetString(2)}");
            }
            else
            {
                problems.Add($"public.{table}.{reader.GetString(1)} is {reader.GetString(3)}, not {reader.GetString(2)}");
            }
        }

        return (problems, tables.Count);
    }
}
