namespace Usage.Engine.Reporting;

/// <summary>
/// What several statements of reports have in common. Aliases: <c>b</c> is a row of the rollup; <c>u</c> a usage row with its task's agent,
/// runtime and issue; <c>a</c> its agent; <c>i</c> its issue.
/// </summary>
internal static class ReportSql
{
    /// <summary>The rows of the rollup in a window and scope, of any provider and model.</summary>
    public const string HourFilter = """
        b.workspace_id = @workspace
          and b.bucket_hour >= @from and b.bucket_hour < @to
          and b.bucket_hour <> all (@cut_hours)
          and (@runtime is null or b.runtime_id = @runtime)
          and (not @without_runtime or b.runtime_id is null)
          and (@agents is null or b.agent_id = any (@agents))
          and (@project is null or b.project_id = @project)
          and (not @without_project or b.project_id is null)
        """;

    /// <summary>The buckets in a window and scope.</summary>
    public const string BucketFilter = $"""
        {HourFilter}
          and (@provider is null or b.provider = @provider)
          and (@model is null or b.model = @model)
        """;

    /// <summary>The usage rows in a scope, of any provider and model.</summary>
    public const string AttributionFilter = """
        a.workspace_id = @workspace
          and (@runtime is null or u.runtime_id = @runtime)
          and (not @without_runtime or u.runtime_id is null)
          and (@agents is null or u.agent_id = any (@agents))
          and (@project is null or i.project_id = @project)
          and (not @without_project or i.project_id is null)
        """;

    /// <summary>The usage rows in a scope.</summary>
    public const string UsageFilter = $"""
        {AttributionFilter}
          and (@provider is null or lower(u.provider collate "C") = @provider)
          and (@model is null or u.model = @model)
        """;

    /// <summary>The entity of a usage row on the report's axis.</summary>
    public const string EntityOfUsage =
        "case @axis when 'runtime' then u.runtime_id when 'agent' then u.agent_id when 'project' then i.project_id end";

    /// <summary>The local clock at a usage row.</summary>
    public const string LocalClock = """
        select u.created_at at time zone 'UTC'
                   + (@offset_seconds)[1 + width_bucket(u.created_at, @offset_changes)] * interval '1 second' as clock
        """;

    // Two access paths to the same rows; a custom plan keeps only one of them: the rows of each range by created_at, then one
    // probe per row for its task; or the tasks of the workspace's agents, then one probe per task for its rows. The fences keep
    // the planner from mixing them. An instant is in a range if the number of bounds at or before it is odd.
    private const string ByTime = """
        from (
            select x.*, t.agent_id, t.issue_id, t.runtime_id
            from unnest(@starts, @ends) s (start_instant, end_instant)
            cross join lateral (
                select
        """;

    private const string ByAgent = """
        from public.task_usage r
                where r.created_at >= s.start_instant and r.created_at < s.end_instant offset 0) x
            cross join lateral (
                select q.agent_id, q.issue_id, q.runtime_id from public.agent_task_queue q where q.id = x.task_id offset 0) t
            where not @by_agent
            union all
            select x.*, t.agent_id, t.issue_id, t.runtime_id
            from public.agent w
            cross join lateral (
                select q.id, q.agent_id, q.issue_id, q.runtime_id
                from public.agent_task_queue q where q.agent_id = w.id offset 0) t
            cross join lateral (
                select
        """;

    private const string Attribution = """
        from public.task_usage r where r.task_id = t.id offset 0) x
            where @by_agent and w.workspace_id = @workspace and (@agents is null or w.id = any (@agents))
              and width_bucket(x.created_at, @edges) % 2 = 1) u
        join public.agent a on a.id = u.agent_id
        left join public.issue i on i.id = u.issue_id
        """;

    private const string KeyColumns = "r.task_id, r.provider, r.model, r.created_at";

    private const string AllColumns =
        "r.task_id, r.provider, r.model, r.input_tokens, r.output_tokens, r.cache_read_tokens, r.cache_write_tokens, r.cost_usd_ticks, r.created_at";

    /// <summary>The <c>from</c> clause for usage rows without their figures.</summary>
    public const string FromUsageKeys = $"{ByTime} {KeyColumns} {ByAgent} {KeyColumns} {Attribution}";

    /// <summary>The <c>from</c> clause for usage rows.</summary>
    public const string FromUsage = $"{ByTime} {AllColumns} {ByAgent} {AllColumns} {Attribution}";
}
