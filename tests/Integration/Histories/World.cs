namespace Usage.Tests.Integration.Histories;

/// <summary>
/// The few entities that all histories use, so that everything collides. The first digit of an id is the kind, the last digits
/// are the number. Deleted entities are recreated with the same id.
/// </summary>
internal static class World
{
    public const int Workspaces = 3;
    public const int Runtimes = 3;
    public const int Agents = 4;
    public const int Projects = 3;
    public const int Issues = 4;
    public const int UsageRows = 20;

    /// <summary>Tasks used by single statements.</summary>
    public const int BusyTasks = 12;

    /// <summary>All tasks, more than sixteen, so that one statement can mark a whole hour.</summary>
    public const int Tasks = 20;

    public const string Legend =
        """
        -- ids: 1… workspace, 2… runtime, 3… agent, 4… project, 5… issue, 6… task, 7… usage row
        -- "come back": what is missing is inserted, by the statements that also make the world of the beginning
        """;

    /// <summary>Deletes all rows of the application and of the rollup.</summary>
    public const string ClearSql = """
        truncate public.workspace cascade;
        truncate usage_rollup.hourly, usage_rollup.hourly_tasks, usage_rollup.dirty, usage_rollup.moved, usage_rollup.set_aside, usage_rollup.backfill,
                 usage_rollup.replica
        """;

    /// <summary>Creates missing entities whose parents exist.</summary>
    public static IReadOnlyList<Statement> Restoration { get; } =
    [
        Restore("workspaces", $"""
            insert into public.workspace (id, name)
            select {IdOf(1, "n")}, 'w' from generate_series(1, {Workspaces}) n
            on conflict do nothing
            """),
        Restore("runtimes", $"""
            insert into public.agent_runtime (id, workspace_id, name, provider)
            select {IdOf(2, "n")}, w.id, 'r', 'openai'
            from generate_series(1, {Runtimes}) n join public.workspace w on w.id = {IdOf(1, $"1 + n % {Workspaces}")}
            on conflict do nothing
            """),
        Restore("agents", $"""
            insert into public.agent (id, workspace_id, name)
            select {IdOf(3, "n")}, w.id, 'a'
            from generate_series(1, {Agents}) n join public.workspace w on w.id = {IdOf(1, $"1 + n % {Workspaces}")}
            on conflict do nothing
            """),
        Restore("projects", $"""
            insert into public.project (id, workspace_id, title)
            select {IdOf(4, "n")}, w.id, 'p'
            from generate_series(1, {Projects}) n join public.workspace w on w.id = {IdOf(1, $"1 + n % {Workspaces}")}
            on conflict do nothing
            """),
        Restore("issues", $"""
            insert into public.issue (id, workspace_id, project_id, title)
            select {IdOf(5, "n")}, w.id, (select p.id from public.project p where p.id = {IdOf(4, $"1 + n % {Projects}")} limit 1), 'i'
            from generate_series(1, {Issues}) n join public.workspace w on w.id = {IdOf(1, $"1 + n % {Workspaces}")}
            on conflict do nothing
            """),
        Restore("tasks", $"""
            insert into public.agent_task_queue (id, agent_id, issue_id, runtime_id)
            select {IdOf(6, "n")}, a.id,
                   (select i.id from public.issue i where i.id = {IdOf(5, $"1 + n % {Issues}")} limit 1),
                   (select r.id from public.agent_runtime r where r.id = {IdOf(2, $"1 + n % {Runtimes}")} limit 1)
            from generate_series(1, {Tasks}) n join public.agent a on a.id = {IdOf(3, $"1 + n % {Agents}")}
            on conflict do nothing
            """),
    ];

    public static string Workspace(int number) => Id(1, number);

    public static string Runtime(int number) => Id(2, number);

    public static string Agent(int number) => Id(3, number);

    public static string Project(int number) => Id(4, number);

    public static string Issue(int number) => Id(5, number);

    public static string AgentTask(int number) => Id(6, number);

    public static string UsageRow(int number) => Id(7, number);

    private static string Id(int kind, int number) => $"'{kind}0000000-0000-0000-0000-{number:d12}'";

    private static string IdOf(int kind, string number) =>
        $"('{kind}0000000-0000-0000-0000-' || lpad(({number})::text, 12, '0'))::uuid";

    private static Statement Restore(string what, string sql) => new($"{what} come back", sql, ShownInWords: true);
}
