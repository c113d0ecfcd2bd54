using NodaTime;

namespace Usage.Tests.Integration.Databases;

/// <summary>Creates application rows and returns their ids.</summary>
public sealed class Seed(TestDatabase database)
{
    public Task<Guid> User(string? timezone = null) =>
        InsertAsync("insert into public.\"user\" (timezone) values (@timezone) returning id", new { timezone });

    public Task<Guid> Workspace(string name = "workspace") =>
        InsertAsync("insert into public.workspace (name) values (@name) returning id", new { name });

    public Task<Guid> Member(Guid workspace, Guid user, string role = "member") => InsertAsync(
        "insert into public.member (workspace_id, user_id, role) values (@workspace, @user, @role) returning id",
        new { workspace, user, role });

    public Task<Guid> Runtime(Guid workspace, string provider = "", string name = "runtime") => InsertAsync(
        "insert into public.agent_runtime (workspace_id, name, provider) values (@workspace, @name, @provider) returning id",
        new { workspace, name, provider });

    public Task<Guid> Agent(Guid workspace, Guid? runtime = null, string name = "agent") => InsertAsync(
        "insert into public.agent (workspace_id, runtime_id, name) values (@workspace, @runtime, @name) returning id",
        new { workspace, runtime, name });

    public Task<Guid> Project(Guid workspace, string title = "project") => InsertAsync(
        "insert into public.project (workspace_id, title) values (@workspace, @title) returning id", new { workspace, title });

    public Task<Guid> Issue(Guid workspace, Guid? project = null, string title = "issue") => InsertAsync(
        "insert into public.issue (workspace_id, project_id, title) values (@workspace, @project, @title) returning id",
        new { workspace, project, title });

    public Task<Guid> AgentTask(Guid agent, Guid? issue = null, Guid? runtime = null, string status = "completed") => InsertAsync(
        """
        insert into public.agent_task_queue (agent_id, issue_id, runtime_id, status)
        values (@agent, @issue, @runtime, @status)
        returning id
        """,
        new { agent, issue, runtime, status });

    /// <summary>A task of a new agent in a new workspace, on a new runtime.</summary>
    public async Task<Guid> LoneTask(string runtimeProvider = "")
    {
        var workspace = await Workspace();
        return await AgentTask(await Agent(workspace), runtime: await Runtime(workspace, runtimeProvider));
    }

    /// <summary>A usage row as any writer could insert it, dated now by default.</summary>
    public Task<Guid> UsageRow(
        Guid task, string provider = "openai", string model = "gpt", long input = 10, long output = 5, long cacheRead = 0,
        long cacheWrite = 0, long? cost = null, Instant? createdAt = null) => InsertAsync(
        """
        insert into public.task_usage (
            task_id, provider, model, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens,
            cost_usd_ticks, created_at)
        values (@task, @provider, @model, @input, @output, @cacheRead, @cacheWrite,
            @cost, coalesce(@createdAt::timestamptz, now()))
        returning id
        """,
        new { task, provider, model, input, output, cacheRead, cacheWrite, cost, createdAt });

    private Task<Guid> InsertAsync(string sql, object values) => database.ScalarAsync<Guid>(sql, values);
}
