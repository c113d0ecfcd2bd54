using Usage.Tests.Integration.Databases;

namespace Usage.Tests.Integration.Cli;

/// <summary>Runs the program as users and scripts do.</summary>
internal static class UsageProgram
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "Usage.Demo.dll");

    /// <summary>Runs a command on a test's database.</summary>
    public static Task<ProgramResult> RunAsync(TestDatabase database, params IEnumerable<string> arguments) =>
        RunAsync(database.ConnectionString, arguments);

    /// <summary>Runs a command; without a connection string, no database is configured.</summary>
    public static async Task<ProgramResult> RunAsync(string? connectionString, params IEnumerable<string> arguments)
    {
        await using var program = Start(connectionString, arguments);
        return await program.EndAsync();
    }

    public static ChildProcess Start(TestDatabase database, params IEnumerable<string> arguments) =>
        Start(database.ConnectionString, arguments);

    /// <summary>Starts a server on a free port.</summary>
    /// <returns>The server and its address.</returns>
    public static async Task<(ChildProcess Server, Uri Address)> ServeAsync(TestDatabase database, params IEnumerable<string> more)
    {
        var server = Start(database, ["serve", "--urls", "http://127.0.0.1:0", .. more]);
        var line = await server.NextLineAsync();
        return (server, new(line[(line.LastIndexOf(' ') + 1)..]));
    }

    /// <summary>Starts a verb that believes itself on a terminal; its output comes with the codes that move the cursor.</summary>
    public static ChildProcess StartOnTerminal(TestDatabase database, params IEnumerable<string> arguments) => ChildProcess.Start(
        "script", ["-qfec", $"stty cols 200 rows 50; exec dotnet {Program} {string.Join(' ', arguments)}", "/dev/null"],
        [.. Environment(database.ConnectionString), new("TERM", "xterm-256color")]);

    // Tests that were started in the background of a shell ignore SIGINT, and a child would inherit that.
    private static ChildProcess Start(string? connectionString, IEnumerable<string> arguments) => OperatingSystem.IsLinux()
        ? ChildProcess.Start("env", ["--default-signal=INT", "dotnet", Program, .. arguments], Environment(connectionString))
        : ChildProcess.Start("dotnet", [Program, .. arguments], Environment(connectionString));

    private static Dictionary<string, string?> Environment(string? connectionString) => new()
    {
        ["ConnectionStrings__Usage"] = connectionString,
        ["Usage__LocalPostgres"] = null,
    };
}
