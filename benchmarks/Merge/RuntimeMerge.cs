using Usage.Benchmarks.DataSets;

namespace Usage.Benchmarks.Merge;

/// <summary>
/// Moves tasks of one workspace, evenly spread over its history, to another runtime in one statement, and back in the next. The
/// two runtimes have no other tasks.
/// </summary>
internal sealed class RuntimeMerge
{
    private const string PrepareSql = """
        with home as (
            select a.workspace_id as id
            from public.agent a
            join public.agent_task_queue t on t.agent_id = a.id
            group by a.workspace_id
            order by count(*) desc, a.workspace_id
            limit 1),
        runtime as (
            insert into public.agent_runtime (id, workspace_id, name, provider)
            select r.id, home.id, r.name, 'openai'
            from home
            cross join (values (@first, 'First'), (@second, 'Second')) r (id, name))
        update public.agent_task_queue t
        set runtime_id = @first
        from (
            select q.id, row_number() over (order by q.created_at, q.id) as place, count(*) over () as size
            from home
            join public.agent a on a.workspace_id = home.id
            join public.agent_task_queue q on q.agent_id = a.id) o
        where t.id = o.id and o.place * @tasks / o.size > (o.place - 1) * @tasks / o.size
        """;

    private const string IsSecondSql = "select exists (select from public.agent_task_queue where runtime_id = @second)";

    private const string MoveSql = "update public.agent_task_queue set runtime_id = @to where runtime_id = @from";

    private static readonly Guid First = new("11111111-1111-4111-8111-111111111111");
    private static readonly Guid Second = new("22222222-2222-4222-8222-222222222222");

    private readonly DataSet data;
    private Guid from;
    private Guid to;

    private RuntimeMerge(DataSet data, Guid from, Guid to)
    {
        this.data = data;
        this.from = from;
        this.to = to;
    }

    /// <summary>Assigns tasks to the first runtime, when the data set is generated.</summary>
    public static async Task PrepareAsync(DataSet data, int tasks, CancellationToken cancellationToken)
    {
        await using var command = data.Database.CreateCommand(PrepareSql);
        command.Parameters.AddWithValue("first", First);
        command.Parameters.AddWithValue("second", Second);
        command.Parameters.AddWithValue("tasks", (long)tasks);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Finds the runtime where the last run left the tasks.</summary>
    public static async Task<RuntimeMerge> OpenAsync(DataSet data, CancellationToken cancellationToken)
    {
        await using var command = data.Database.CreateCommand(IsSecondSql);
        command.Parameters.AddWithValue("second", Second);
        return await command.ExecuteScalarAsync(cancellationToken) is true ? new(data, Second, First) : new(data, First, Second);
    }

    /// <summary>Moves all tasks.</summary>
    /// <returns>The number of tasks moved.</returns>
    public async Task<int> MoveAsync(CancellationToken cancellationToken)
    {
        await using var command = data.Database.CreateCommand(MoveSql);
        command.Parameters.AddWithValue("from", from);
        command.Parameters.AddWithValue("to", to);
        var moved = await command.ExecuteNonQueryAsync(cancellationToken);
        (from, to) = (to, from);
        return moved;
    }
}
