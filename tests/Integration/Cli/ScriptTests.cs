using System.Runtime.CompilerServices;
using Shouldly;
using Xunit;

namespace Usage.Tests.Integration.Cli;

/// <summary>The <c>usage</c> script, which builds the program if its sources are newer.</summary>
public sealed class ScriptTests : IDisposable
{
    /// <summary>A folder that other users may enter, because as root the server runs as another user.</summary>
    private readonly DirectoryInfo folder =
        Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"usage-script-{Guid.NewGuid():n}"));

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task The_address_of_the_private_cluster_can_be_captured_and_the_cluster_removed()
    {
        var url = await BashAsync(
            """url=$("$0" url) && echo "[$url]" && "$0" status; "$0" reset""",
            ("USAGE_HOME", folder.FullName), ("ConnectionStrings__Usage", null));

        url.Output.ShouldStartWith("[postgresql://usage:", customMessage: url.ToString());
        url.Output.ShouldContain("@127.0.0.1:");
        url.Output.ShouldContain("Stopped, and removed the data");
        url.Errors.ShouldContain("Run 'usage migrate' first");
        folder.EnumerateFileSystemInfos().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("test --soak soon", 1, "--soak is 'soon'")]
    [InlineData("test --postgres 14", 1, "--postgres is '14'")]
    [InlineData("test --partitioned --soak 5 --postgres", 1, "--postgres is ''")]
    [InlineData("nonsense", 2, "'nonsense'")]
    public async Task An_unknown_command_of_the_script_is_rejected_by_name(string line, int exitCode, string words)
    {
        var refused = (await BashAsync($"exec \"$0\" {line}")).ShouldExitWith(exitCode);

        refused.Errors.ShouldContain("usage: ");
        refused.Errors.ShouldContain(words);
        refused.Output.ShouldBe("");
    }

    [Fact]
    public async Task Without_the_SDK_the_script_explains_where_to_get_it()
    {
        var copy = Path.Combine(folder.FullName, "usage");
        File.Copy(Script(), copy);
        var tools = folder.CreateSubdirectory("bin").FullName;

        var failed = (await BashAsync(
            $"""
            ln -s $(type -P dirname readlink mkdir cksum cut cat) '{tools}' && PATH='{tools}' exec "$BASH" '{copy}' status
            """)).ShouldExitWith(1);

        failed.Errors.ShouldContain(".NET SDK 10 is missing");
        failed.Output.ShouldBe("");
    }

    private static async Task<ProgramResult> BashAsync(string command, params (string Name, string? Value)[] environment)
    {
        await using var bash = ChildProcess.Start(
            "bash", ["-c", command, Script()], environment.ToDictionary(variable => variable.Name, variable => variable.Value));
        return await bash.EndAsync();
    }

    private static string Script([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(path, "../../../../usage"));
}
