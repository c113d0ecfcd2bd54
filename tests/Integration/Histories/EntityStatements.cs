using FsCheck;
using FsCheck.Fluent;

namespace Usage.Tests.Integration.Histories;

/// <summary>Changes to the entities that determine attribution: moves, deletes, and new rows with old ids.</summary>
internal static class EntityStatements
{
    private static readonly Gen<Statement> MoveTask =
        from task in RandomLiterals.AgentTask
        from move in Gen.OneOf(
            RandomLiterals.RuntimeOrNone.Select(runtime => ("another runtime", $"runtime_id = {runtime}")),
            RandomLiterals.IssueOrNone.Select(issue => ("another issue", $"issue_id = {issue}")),
            RandomLiterals.Agent.Select(agent => ("another agent", $"agent_id = {agent}")),
            from runtime in RandomLiterals.RuntimeOrNone
            from agent in RandomLiterals.Agent
            select ("another agent and runtime", $"runtime_id = {runtime}, agent_id = {agent}"))
        select new Statement(
            $"a task moves to {move.Item1}", $"update public.agent_task_queue set {move.Item2} where id = {task}");

    private static readonly Gen<Statement> MoveManyTasks =
        from change in Gen.OneOf(
            from agents in Gen.ArrayOf(RandomLiterals.Agent, 2)
            select $"agent_id = {agents[0]} where agent_id = {agents[1]}",
            from issue in RandomLiterals.IssueOrNone
            select $"issue_id = {issue}")
        select new Statement("many tasks move", $"update public.agent_task_queue set {change}");

    private static readonly Gen<Statement> FinishTask =
        from task in RandomLiterals.AgentTask
        select new Statement("a task is finished", $"update public.agent_task_queue set status = 'completed' where id = {task}");

    private static readonly Gen<Statement> MoveIssue =
        from issue in RandomLiterals.Issue
        from project in RandomLiterals.ProjectOrNone
        select new Statement(
            "an issue moves to another project", $"update public.issue set project_id = {project} where id = {issue}");

    private static readonly Gen<Statement> MoveAgent =
        from agent in RandomLiterals.Agent
        from change in Gen.Frequency(
            (3, RandomLiterals.Workspace.Select(workspace => ("workspace", $"workspace_id = {workspace}"))),
            (1, RandomLiterals.RuntimeOrNone.Select(runtime => ("runtime", $"runtime_id = {runtime}"))))
        select new Statement(
            $"an agent moves to another {change.Item1}", $"update public.agent set {change.Item2} where id = {agent}");

    private static readonly Gen<Statement> DeleteTaskWithItsUsage =
        from task in RandomLiterals.AgentTask
        select new Statement("one statement deletes usage and its task", $"""
            with gone as (delete from public.task_usage where task_id = {task} returning 1)
            delete from public.agent_task_queue where id = {task}
            """);

    private static readonly Gen<Statement> CreateTask =
        from task in RandomLiterals.AgentTask
        from agent in RandomLiterals.Agent
        select new Statement("a task is created under an old id", $"""
            insert into public.agent_task_queue (id, agent_id)
            select {task}, a.id from public.agent a where a.id = {agent}
            on conflict do nothing
            """);

    private static readonly Gen<Statement> CreateAgent =
        from agent in RandomLiterals.Agent
        from workspace in RandomLiterals.Workspace
        select new Statement("an agent is created under an old id", $"""
            insert into public.agent (id, workspace_id, name)
            select {agent}, w.id, 'b' from public.workspace w where w.id = {workspace}
            on conflict do nothing
            """);

    private static readonly Gen<Statement> Delete = Gen.Frequency(
        (6, DeleteOne("a task", "agent_task_queue", RandomLiterals.AgentTask)),
        (3, DeleteOne("an issue", "issue", RandomLiterals.Issue)),
        (3, DeleteOne("a runtime", "agent_runtime", RandomLiterals.Runtime)),
        (3, DeleteOne("a project", "project", RandomLiterals.Project)),
        (2, DeleteOne("an agent", "agent", RandomLiterals.Agent)),
        (2, DeleteOne("a workspace", "workspace", RandomLiterals.Workspace)));

    public static Gen<Statement> Any { get; } = Gen.Frequency(
        (8, MoveTask), (1, MoveManyTasks), (1, FinishTask), (3, MoveIssue), (4, MoveAgent), (2, DeleteTaskWithItsUsage),
        (4, CreateTask), (1, CreateAgent), (4, Delete));

    private static Gen<Statement> DeleteOne(string what, string table, Gen<string> id) =>
        from one in id
        select new Statement($"{what} is deleted", $"delete from public.{table} where id = {one}");
}
