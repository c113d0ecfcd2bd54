using Npgsql;

namespace Usage.Screenshots;

/// <summary>What the pages are about: the workspace with most usage, and the largest of each kind in it.</summary>
internal sealed record Subjects(Guid Workspace, Guid Runtime, Guid Agent, Guid Project, Guid Issue, Guid Task, string Provider, string Model)
{
    private const string Sql = """
        with workspace as (
            select workspace_id as id from usage_rollup.hourly group by 1 order by sum(event_count) desc, 1 limit 1),
        usage as (
            select h.* from usage_rollup.hourly h join workspace w on w.id = h.workspace_id),
        issue as (
            select t.issue_id as id
            from public.agent_task_queue t join public.agent a on a.id = t.agent_id join workspace w on w.id = a.workspace_id
            where t.issue_id is not null
            group by 1
            order by count(*) desc, 1
            limit 1)
        select w.id,
               (select runtime_id from usage where runtime_id is not null group by 1 order by sum(event_count) desc, 1 limit 1),
               (select agent_id from usage group by 1 order by sum(event_count) desc, 1 limit 1),
               (select project_id from usage where project_id is not null group by 1 order by sum(event_count) desc, 1 limit 1),
               i.id,
               (select t.id
                from public.agent_task_queue t join public.task_usage u on u.task_id = t.id
                where t.issue_id = i.id
                group by 1
                order by count(*) desc, t.id
                limit 1),
               (select provider from usage group by provider, model order by sum(event_count) desc, provider, model limit 1),
               (select model from usage group by provider, model order by sum(event_count) desc, provider, model limit 1)
        from workspace w cross join issue i
        """;

    public static async Task<Subjects> FindAsync(string connectionString)
    {
        await using NpgsqlConnection connection = new(connectionString);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(Sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return new(
            reader.GetGuid(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetGuid(3), reader.GetGuid(4), reader.GetGuid(5), reader.GetString(6),
            reader.GetString(7));
    }
}
