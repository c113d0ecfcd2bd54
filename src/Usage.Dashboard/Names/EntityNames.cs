using Npgsql;
using Usage.AspNetCore;

namespace Usage.Dashboard.Names;

/// <summary>Looks up the names for the ids in a report.</summary>
internal sealed class EntityNames(NpgsqlDataSource database)
{
    private const string AgentSql = "select id, name from public.agent where id = any(@ids) and workspace_id = @workspace";
    private const string ProjectSql = "select id, title from public.project where id = any(@ids) and workspace_id = @workspace";
    private const string RuntimeSql = "select id, name from public.agent_runtime where id = any(@ids) and workspace_id = @workspace";
    private const string IssueSql = "select id, title from public.issue where id = any(@ids) and workspace_id = @workspace";

    /// <summary>The names of the entities that exist in the workspace. Entities of other workspaces are not named.</summary>
    public async Task<NameBook> OfAsync(
        SubjectKind kind, Guid workspace, IEnumerable<Guid> ids, CancellationToken cancellationToken)
    {
        var sql = kind switch
        {
            SubjectKind.Agent => AgentSql,
            SubjectKind.Project => ProjectSql,
            SubjectKind.Runtime => RuntimeSql,
            _ => IssueSql,
        };
        var wanted = ids.Distinct().ToArray();
        var rows = wanted.Length == 0
            ? []
            : await database.ReadRowsAsync<(Guid Id, string Name)>(sql, new { ids = wanted, workspace }, cancellationToken).ConfigureAwait(false);
        return new(kind, rows.ToDictionary(row => row.Id, row => row.Name));
    }
}

/// <summary>Names of one kind of entity.</summary>
internal sealed class NameBook(SubjectKind kind, IReadOnlyDictionary<Guid, string> names)
{
    /// <summary>The name, or a text that says that the entity was deleted.</summary>
    public string this[Guid id] => names.TryGetValue(id, out var name) ? name : $"Deleted {StateWord(kind)}";

    public bool Has(Guid id) => names.ContainsKey(id);

    private static string StateWord(SubjectKind kind) => kind.ToString().ToLowerInvariant();
}
