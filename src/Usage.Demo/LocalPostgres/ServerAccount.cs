namespace Usage.Demo.LocalPostgres;

/// <summary>
/// The account that runs the server: the current user, or an unprivileged one for root, which PostgreSQL refuses to run as.
/// </summary>
internal sealed class ServerAccount
{
    private static readonly string[] Unprivileged = ["postgres", "nobody"];

    private readonly string? user;

    private ServerAccount(string? user) => this.user = user;

    public static async Task<ServerAccount> FindAsync(CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return new ServerAccount(null);
        }

        foreach (var name in Unprivileged)
        {
            if ((await ExternalProgram.RunAsync("id", ["-u", name], cancellationToken)).Succeeded)
            {
                return new ServerAccount(name);
            }
        }

        throw new LocalPostgresException(
            $"PostgreSQL does not run as root, and none of the users {string.Join(", ", Unprivileged)} exists to run it.");
    }

    /// <summary>Runs a program as the server's user.</summary>
    public Task<ProgramResult> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var line = CommandLine(program, arguments);
        return ExternalProgram.RunAsync(line[0], line[1..], cancellationToken);
    }

    /// <summary>The command line that runs a program as the server's user.</summary>
    public string[] CommandLine(string program, IEnumerable<string> arguments) =>
        user is null ? [program, .. arguments]
        : ProgramPath.Find("runuser") is { } runuser ? [runuser, "-u", user, "--", program, .. arguments]
        : ["setpriv", $"--reuid={user}", "--clear-groups", "--", program, .. arguments];

    /// <summary>Makes the server's user the owner of a path, and checks that it can access it.</summary>
    public async Task OwnAsync(string path, CancellationToken cancellationToken)
    {
        if (user is null)
        {
            return;
        }

        var owned = await ExternalProgram.RunAsync("chown", [user, path], cancellationToken);
        if (!owned.Succeeded || !(await RunAsync("test", ["-w", path], cancellationToken)).Succeeded)
        {
            throw new LocalPostgresException(
                $"User {user}, who runs the server for root, can't access {path}: "
                + "set USAGE_HOME to a folder that other users may enter.");
        }
    }
}
