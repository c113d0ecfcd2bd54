using System.Text.RegularExpressions;
using Npgsql;
using Usage.Tests.Integration.Databases;

namespace Usage.Tests.Integration.Documents;

/// <summary>The roles of docs/roles.md, made by its SQL under names of their own: roles are those of the whole server.</summary>
internal sealed partial class DocumentedRoles(TestDatabase database) : IAsyncDisposable
{
    private const string Password = "a password";

    private static readonly string[] Names = ["app_owner", "usage_engine", "usage_monitor"];

    private readonly string suffix = Guid.NewGuid().ToString("n")[..12];

    /// <summary>What an administrator runs before the first migration, and what is run after it.</summary>
    public static (IReadOnlyList<string> Before, IReadOnlyList<string> After) Grants { get; } = Read();

    /// <summary>Creates the owner, hands it the four tables, and runs what is run before the first migration.</summary>
    public async Task CreateAsync(params string[] others)
    {
        foreach (var owner in others.Prepend("app_owner"))
        {
            await RunAsync($"create role {owner} login");
        }

        foreach (var table in new[] { "task_usage", "agent_task_queue", "issue", "agent" })
        {
            await RunAsync($"alter table public.{table} owner to app_owner");
        }

        foreach (var statement in Grants.Before)
        {
            await RunAsync(statement);
        }

        foreach (var name in Names.Concat(others))
        {
            await RunAsync($"alter role {name} password '{Password}'");
        }
    }

    /// <summary>Runs a statement of the document.</summary>
    public Task RunAsync(string statement) => database.ExecuteAsync(
        RoleNames().Replace(statement, match => match.Value == "database app" ? $"database \"{DatabaseName}\"" : $"{match.Value}_{suffix}"));

    /// <summary>The settings of a connection of a role.</summary>
    public Action<NpgsqlConnectionStringBuilder> As(string role) =>
        address => (address.Username, address.Password) = ($"{role}_{suffix}", Password);

    public async ValueTask DisposeAsync()
    {
        var made = await database.QueryAsync<string>("select rolname from pg_roles where rolname like '%' || @suffix", new { suffix });
        foreach (var role in made)
        {
            await database.ExecuteAsync($"""reassign owned by "{role}" to current_user; drop owned by "{role}"; drop role "{role}" """);
        }
    }

    private string DatabaseName => new NpgsqlConnectionStringBuilder(database.ConnectionString).Database!;

    private static (IReadOnlyList<string>, IReadOnlyList<string>) Read()
    {
        var blocks = Document.BlocksOf("docs/roles.md").Where(block => block.Language == "sql").ToList();
        return (Statements(blocks[0]), Statements(blocks[1]));
    }

    private static List<string> Statements(CodeBlock block) =>
        [.. block.Text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    [GeneratedRegex(@"\b(database app|app_owner|app_writer|usage_engine|usage_monitor)\b")]
    private static partial Regex RoleNames();
}
