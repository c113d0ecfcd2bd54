using Npgsql;
using Usage.Demo.Planning;

namespace Usage.Demo.Writing;

/// <summary>Writes a world's users and workspaces, with everything in them.</summary>
internal sealed class WorldWriter(NpgsqlConnection connection)
{
    public async Task WriteAsync(World world, CancellationToken cancellationToken)
    {
        await CopyAsync("copy public.\"user\" (id, name, timezone) from stdin (format binary)", world.Users, async (copy, user) =>
        {
            await copy.IdAsync(user.Id, cancellationToken);
            await copy.TextAsync(user.Name, cancellationToken);
            await copy.TextAsync(user.TimeZone, cancellationToken);
        }, cancellationToken);
        await CopyAsync("copy public.workspace (id, name) from stdin (format binary)", world.Workspaces, async (copy, workspace) =>
        {
            await copy.IdAsync(workspace.Id, cancellationToken);
            await copy.TextAsync(workspace.Name, cancellationToken);
        }, cancellationToken);
        await CopyAsync(
            "copy public.member (id, workspace_id, user_id, role) from stdin (format binary)",
            InWorkspace(world, workspace => workspace.Members), async (copy, row) =>
        {
            await copy.IdAsync(row.Part.Id, cancellationToken);
            await copy.IdAsync(row.Workspace.Id, cancellationToken);
            await copy.IdAsync(row.Part.UserId, cancellationToken);
            await copy.TextAsync(row.Part.Role, cancellationToken);
        }, cancellationToken);
        await CopyAsync(
            "copy public.agent_runtime (id, workspace_id, name, provider) from stdin (format binary)",
            InWorkspace(world, workspace => workspace.Runtimes), async (copy, row) =>
        {
            await copy.IdAsync(row.Part.Id, cancellationToken);
            await copy.IdAsync(row.Workspace.Id, cancellationToken);
            await copy.TextAsync(row.Part.Name, cancellationToken);
            await copy.TextAsync(row.Part.Provider.Name, cancellationToken);
        }, cancellationToken);
        await CopyAsync(
            "copy public.agent (id, workspace_id, runtime_id, name) from stdin (format binary)",
            InWorkspace(world, workspace => workspace.Agents), async (copy, row) =>
        {
            await copy.IdAsync(row.Part.Id, cancellationToken);
            await copy.IdAsync(row.Workspace.Id, cancellationToken);
            await copy.IdAsync(row.Workspace.Runtimes[row.Part.Runtime].Id, cancellationToken);
            await copy.TextAsync(row.Part.Name, cancellationToken);
        }, cancellationToken);
        await CopyAsync(
            "copy public.project (id, workspace_id, title) from stdin (format binary)",
            InWorkspace(world, workspace => workspace.Projects), async (copy, row) =>
        {
            await copy.IdAsync(row.Part.Id, cancellationToken);
            await copy.IdAsync(row.Workspace.Id, cancellationToken);
            await copy.TextAsync(row.Part.Title, cancellationToken);
        }, cancellationToken);
        await CopyAsync(
            "copy public.issue (id, workspace_id, project_id, title) from stdin (format binary)",
            InWorkspace(world, IssuesWithProjects), async (copy, row) =>
        {
            await copy.IdAsync(row.Part.Issue, cancellationToken);
            await copy.IdAsync(row.Workspace.Id, cancellationToken);
            await copy.IdAsync(row.Part.Project, cancellationToken);
            await copy.TextAsync(row.Part.Title, cancellationToken);
        }, cancellationToken);
    }

    private static IEnumerable<(Guid Issue, Guid? Project, string Title)> IssuesWithProjects(PlannedWorkspace workspace) =>
        workspace.Issues.SelectMany((issues, group) => issues.Select((issue, number) =>
            (issue, group < workspace.Projects.Count ? workspace.Projects[group].Id : (Guid?)null, Names.Issue(number + (group * 7)))));

    private static IEnumerable<(PlannedWorkspace Workspace, T Part)> InWorkspace<T>(
        World world, Func<PlannedWorkspace, IEnumerable<T>> parts) =>
        world.Workspaces.SelectMany(workspace => parts(workspace).Select(part => (workspace, part)));

    private async Task CopyAsync<T>(
        string command, IEnumerable<T> rows, Func<TableCopy, T, Task> write, CancellationToken cancellationToken)
    {
        await using var copy = await TableCopy.BeginAsync(connection, command, cancellationToken);
        foreach (var row in rows)
        {
            await copy.RowAsync(cancellationToken);
            await write(copy, row);
        }

        await copy.CompleteAsync(cancellationToken);
    }
}
