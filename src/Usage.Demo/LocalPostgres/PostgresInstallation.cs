using System.Globalization;
using System.Text.RegularExpressions;

namespace Usage.Demo.LocalPostgres;

/// <summary>PostgreSQL server binaries on this machine.</summary>
/// <param name="Folder">The folder with <c>postgres</c>, <c>initdb</c> and <c>pg_ctl</c>.</param>
/// <param name="Major">For example 17.</param>
/// <param name="Version">The full version, for example 17.2.</param>
internal sealed partial record PostgresInstallation(string Folder, int Major, string Version)
{
    /// <summary>The oldest major version with NULLS NOT DISTINCT.</summary>
    public const int OldestMajor = 15;

    private static readonly string[] Programs = ["postgres", "initdb", "pg_ctl"];

    private static readonly (string Parent, string Pattern, string Bin)[] Places =
    [
        ("/usr/lib/postgresql", "*", "bin"),
        ("/usr", "pgsql-*", "bin"),
        ("/usr/local", "pgsql*", "bin"),
        ("/opt/homebrew/opt", "postgresql*", "bin"),
        ("/usr/local/opt", "postgresql*", "bin"),
        ("/Applications/Postgres.app/Contents/Versions", "*", "bin"),
    ];

    public string PgCtl => Path.Combine(Folder, "pg_ctl");

    public string InitDb => Path.Combine(Folder, "initdb");

    /// <summary>Environment variable for the folder of the server binaries. If set, no others are searched for.</summary>
    public const string FolderVariable = "USAGE_POSTGRES_BIN";

    /// <summary>All supported installations, newest first.</summary>
    /// <exception cref="LocalPostgresException">The configured folder has no supported server binaries.</exception>
    public static async Task<IReadOnlyList<PostgresInstallation>> FindAllAsync(CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } given)
        {
            return HasPrograms(given) && await AskVersionAsync(given, cancellationToken) is { Major: >= OldestMajor } chosen
                ? [chosen]
                : throw new LocalPostgresException(
                    $"{FolderVariable} is '{given}': it must be a folder with {string.Join(", ", Programs)} of PostgreSQL {OldestMajor} or newer.");
        }

        var found = new List<PostgresInstallation>();
        foreach (var folder in Candidates().Distinct())
        {
            if (await AskVersionAsync(folder, cancellationToken) is { Major: >= OldestMajor } installation)
            {
                found.Add(installation);
            }
        }

        return [.. found.OrderByDescending(each => each.Major)];
    }

    /// <summary>Null if the binary doesn't run, such as a dangling link.</summary>
    private static async Task<PostgresInstallation?> AskVersionAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            var asked = await ExternalProgram.RunAsync(Path.Combine(folder, "postgres"), ["--version"], cancellationToken);
            return VersionPattern().Match(asked.Output) is { Success: true } match
                ? new PostgresInstallation(
                    folder,
                    int.Parse(match.Groups["major"].ValueSpan, CultureInfo.InvariantCulture),
                    match.Groups["version"].Value)
                : null;
        }
        catch (LocalPostgresException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Candidates() => Places
        .Where(place => Directory.Exists(place.Parent))
        .SelectMany(place => Directory.EnumerateDirectories(place.Parent, place.Pattern)
            .Select(version => Path.Combine(version, place.Bin)))
        .Concat(ProgramPath.Folders)
        .Where(HasPrograms);

    private static bool HasPrograms(string folder) => Programs.All(program => File.Exists(Path.Combine(folder, program)));

    [GeneratedRegex(@"\(PostgreSQL\) (?<version>(?<major>\d+)[^ \n]*)")]
    private static partial Regex VersionPattern();
}
