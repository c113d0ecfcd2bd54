using System.Globalization;
using System.Text.RegularExpressions;

namespace Usage.Demo.LocalPostgres;

/// <summary>The package <c>postgresql</c> of Debian and Ubuntu.</summary>
internal static partial class AptPackage
{
    /// <summary>Whether this is such a system, and we are root or may become it without a password.</summary>
    public static async Task<bool> CanInstallAsync(CancellationToken cancellationToken) =>
        File.Exists("/etc/debian_version") && ProgramPath.Find("apt-get") is not null
        && (Environment.IsPrivilegedProcess
            || (ProgramPath.Find("sudo") is { } sudo
                && (await ExternalProgram.RunAsync(sudo, ["-n", "true"], cancellationToken)).Succeeded));

    /// <exception cref="LocalPostgresException">The package is too old, or can't be installed.</exception>
    public static async Task InstallAsync(Action<string> note, CancellationToken cancellationToken)
    {
        note("Installing the package postgresql with apt-get: no PostgreSQL server was found");
        var update = await AsRootAsync(["apt-get", "update", "-qq"], cancellationToken);
        var policy = await ExternalProgram.RunAsync("apt-cache", ["policy", "postgresql"], cancellationToken);
        if (CandidatePattern().Match(policy.Output) is not { Success: true } candidate)
        {
            throw new LocalPostgresException(
                $"The package postgresql is not available ({update.LastWords}): {LocalDatabase.WhatToInstall}");
        }

        if (int.Parse(candidate.Groups["major"].ValueSpan, CultureInfo.InvariantCulture) < PostgresInstallation.OldestMajor)
        {
            throw new LocalPostgresException(
                $"The package postgresql is of version {candidate.Groups["major"].Value}: {LocalDatabase.WhatToInstall}");
        }

        var installed = await AsRootAsync(
            ["apt-get", "install", "-y", "-qq", "-o", "DPkg::Lock::Timeout=300", "postgresql"], cancellationToken);
        if (!installed.Succeeded)
        {
            throw new LocalPostgresException($"apt-get install postgresql failed: {installed.LastWords}");
        }
    }

    private static Task<ProgramResult> AsRootAsync(string[] command, CancellationToken cancellationToken) =>
        Environment.IsPrivilegedProcess
            ? ExternalProgram.RunAsync(command[0], command[1..], cancellationToken)
            : ExternalProgram.RunAsync("sudo", ["-n", "env", "DEBIAN_FRONTEND=noninteractive", .. command], cancellationToken);

    [GeneratedRegex(@"Candidate:\s+(?<major>\d+)")]
    private static partial Regex CandidatePattern();
}
