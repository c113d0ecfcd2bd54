using static Usage.Engine.Schema.Checks.ColumnKind;
using static Usage.Engine.Schema.Checks.NullRule;

namespace Usage.Engine.Schema.Checks;

/// <summary>What the engine requires of the application's tables, in an order in which the tables can be created.</summary>
internal static class ApplicationRequirements
{
    private const string Cascade = "cascade";
    private const string SetNull = "set null";

    private static readonly IReadOnlyList<string> IdKey = ["id"];
    private static readonly RequiredColumn IdColumn = new("id", Id, Forbidden);
    private static readonly RequiredColumn WorkspaceId = new("workspace_id", Id, Forbidden);
    private static readonly RequiredReference Workspace = new("workspace_id", "workspace", Cascade);

    public static IReadOnlyList<RequiredTable> Tables { get; } =
    [
        new("user", [IdColumn, new("timezone", Label, Presence: Presence.Optional)], [IdKey], []),
        new("workspace", [IdColumn, new("name", Label)], [IdKey], []),
        new("member", [WorkspaceId, new("user_id", Id, Forbidden), new("role", Word)], [["workspace_id", "user_id"]], []),
        new(
            "agent_runtime",
            [IdColumn, WorkspaceId, new("name", Label), new("provider", KeyText, Forbidden, Default: "''")],
            [IdKey],
            [Workspace]),
        new(
            "agent",
            [IdColumn, WorkspaceId, new("runtime_id", Id), new("name", Label)],
            [IdKey],
            [Workspace, new("runtime_id", "agent_runtime", SetNull)]),
        new("project", [IdColumn, WorkspaceId, new("title", Label)], [IdKey], [Workspace]),
        new(
            "issue",
            [IdColumn, WorkspaceId, new("project_id", Id), new("title", Label)],
            [IdKey],
            [Workspace, new("project_id", "project", SetNull)]),
        new(
            "agent_task_queue",
            [
                IdColumn, new("agent_id", Id, Forbidden), new("issue_id", Id), new("runtime_id", Id), new("status", Word),
                new("created_at", Time), new("started_at", Time), new("completed_at", Time),
            ],
            [IdKey],
            [new("agent_id", "agent", Cascade), new("issue_id", "issue", Cascade), new("runtime_id", "agent_runtime", SetNull)]),
        new(
            "task_usage",
            [
                // The row's own id is not required: nothing reads it, and a table partitioned by task can't have a key on it.
                new("id", Id), new("task_id", Id, Forbidden), new("provider", KeyText, Forbidden, Default: "''"),
                new("model", KeyText, Forbidden), Counter("input_tokens"), Counter("output_tokens"), Counter("cache_read_tokens"),
                Counter("cache_write_tokens"), new("cost_usd_ticks", Count, Allowed, Presence.Installed),
                new("created_at", Time, Forbidden, Default: "now()"), new("updated_at", Time, Presence: Presence.Installed),
            ],
            [["task_id", "provider", "model"]],
            [new("task_id", "agent_task_queue", Cascade)]),
    ];

    private static RequiredColumn Counter(string name) => new(name, Count, Forbidden, Default: "0");
}
