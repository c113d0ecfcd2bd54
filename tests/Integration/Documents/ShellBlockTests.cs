using Usage.Demo.LocalPostgres;
using Usage.Host.Cli;
using Usage.Tests.Integration.Cli;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Packages;
using Xunit;

namespace Usage.Tests.Integration.Documents;

[Collection<PackagesCollection>]
public sealed class ShellBlockTests(PackedPackages packages, PostgresFixture postgres) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>Others may enter it: as root, the server of ./usage runs as somebody else.</summary>
    private readonly DirectoryInfo usageHome =
        Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"usage-walk-{Guid.NewGuid():n}"));

    private readonly int port = LoopbackPort.PickFree();
    private readonly int otherPort = LoopbackPort.PickFree();

    public static TheoryData<string> WithShellBlocks => 
        [.. Document.Blocks.Where(ShellScript.Has).Select(block => block.Document).Distinct()];

    public void Dispose() => usageHome.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(WithShellBlocks))]
    public async Task Every_shell_block_of_a_document_does_what_it_says(string document)
    {
        var walkthrough = Walkthrough.Of(document);
        await using var database = walkthrough.Place == Place.Application
            ? await ApplicationDatabase.CreateAsync(postgres)
            : await postgres.CreateDatabaseAsync();
        await SeedAsync(database, withUser: walkthrough.Place == Place.Application);
        PackageSources.CopySettings(usageHome.FullName);
        var environment = Environment(walkthrough.Place, database);
        try
        {
            await using var shell = ChildProcess.Start(
                "bash", ["-c", "cd -- \"$0\" && exec bash -c \"$1\"", Folder(walkthrough.Place), OnThisMachine(ShellScript.Of(document, walkthrough))],
                environment, Patience);
            (await shell.EndAsync()).ShouldExitWith(0);
        }
        finally
        {
            if (walkthrough.Place == Place.CloneWithoutDatabase)
            {
                await using var reset = ChildProcess.Start(Path.Combine(packages.Clone, "usage"), ["reset"], environment);
                await reset.EndAsync();
            }
        }
    }

    private string Folder(Place place) => place == Place.Application ? Path.Combine(packages.Outside, "samples", "Api") : packages.Clone;

    private Dictionary<string, string?> Environment(Place place, TestDatabase database) => new(packages.Environment)
    {
        ["USAGE_HOME"] = usageHome.FullName,
        ["HOME"] = usageHome.FullName,
        ["DOTNET_CLI_HOME"] = usageHome.FullName,
        ["PATH"] = $"{Path.Combine(usageHome.FullName, ".dotnet", "tools")}:{packages.Environment["PATH"]}",
        ["TEST_CONNECTION"] = database.ConnectionString,
        ["TEST_URL"] = ConnectionUrl.ToUrl(database.ConnectionString),
        ["ConnectionStrings__Usage"] = place == Place.Clone ? database.ConnectionString : null,
        ["ASPNETCORE_URLS"] = place == Place.CloneWithoutDatabase ? $"http://127.0.0.1:{port}" : null,
        ["USAGE_SOAK_SECONDS"] = null,
        ["USAGE_TEST_DB"] = postgres.ServerAddress,
    };

    /// <summary>Databases and ports of the documents are those of this test.</summary>
    private string OnThisMachine(string script) => script
        .Replace("Host=localhost;Database=app;Username=owner", "$TEST_CONNECTION", StringComparison.Ordinal)
        .Replace("Host=localhost;Database=app;Username=app", "$TEST_CONNECTION", StringComparison.Ordinal)
        .Replace("postgresql://owner@localhost/app", "$TEST_URL", StringComparison.Ordinal)
        .Replace(":5080", $":{port}", StringComparison.Ordinal)
        .Replace(":5081", $":{otherPort}", StringComparison.Ordinal);

    private static async Task SeedAsync(TestDatabase database, bool withUser)
    {
        var task = await database.Seed.LoneTask();
        await database.ExecuteAsync(
            "insert into task_usage (task_id, provider, model, input_tokens) values (@task, 'openai', 'gpt-5', 100)", new { task });
        if (withUser)
        {
            await database.ExecuteAsync("""
                with someone as (insert into "user" (email) values ('someone@example.com') returning id)
                insert into member (workspace_id, user_id, role) select workspace.id, someone.id, 'member' from workspace, someone
                """);
        }
    }
}
