using System.Globalization;
using System.Text.RegularExpressions;

namespace Usage.Demo.LocalPostgres;

/// <summary>Installs Debian and Ubuntu packages.</summary>
internal static partial class AptPackage
{
    /// <summary>Whether apt-get is available, as root or through sudo without a password.</summary>
    public static async Task<bool> CanInstallAsync(CancellationToken cancellationToken) =>
        File.Exists("/etc/debian_version") && ProgramPath.Find("apt-get") is not null
        && (Environment.IsPrivilegedProcess
            || (ProgramPath.Find("sudo") is { } sudo
                && (await ExternalProgram.RunAsync(sudo, ["-n", "true"], cancellationToken)).Succeeded));

    /// <summary>Installs the package <c>postgresql</c>.</summary>
    /// <exception cref="LocalPostgresException">The package is too old or can't be installed.</exception>
    public static async Task InstallServerAsync(Action<string> note, CancellationToken cancellationToken)
    {
        note("No PostgreSQL server was found. Installing the package postgresql with apt-get");
        var update = await UpdateAsync(cancellationToken);
        var policy = await ExternalProgram.RunAsync("apt-cache", ["policy", "postgresql"], cancellationToken);
        if (CandidatePattern().Match(policy.Output) is not { Success: true } candidate)
        {
            throw new LocalPostgresException(
                $"The package postgresql is not available ({update.LastWords}). {LocalDatabase.WhatToInstall}");
        }

        if (int.Parse(candidate.Groups["major"].ValueSpan, CultureInfo.InvariantCulture) < PostgresInstallation.OldestMajor)
        {
            throw new LocalPostgresException(
                $"The package postgresql has version {candidate.Groups["major"].Value}, which is too old. {LocalDatabase.WhatToInstall}");
        }

        await InstallKnownAsync("postgresql", cancellationToken);
    }

    /// <summary>Installs a package.</summary>
    /// <exception cref="LocalPostgresException">The package can't be installed.</exception>
    public static async Task InstallAsync(string package, CancellationToken cancellationToken)
    {
        await UpdateAsync(cancellationToken);
        await InstallKnownAsync(package, cancellationToken);
    }

    private static Task<ProgramResult> UpdateAsync(CancellationToken cancellationToken) =>
        AsRootAsync(["apt-get", "update", "-qq"], cancellationToken);

    private static async Task InstallKnownAsync(string package, CancellationToken cancellationToken)
    {
        var installed = await AsRootAsync(
            ["apt-get", "install", "-y", "-qq", "-o", "DPkg::Lock::Timeout=300", package], cancellationToken);
        if (!installed.Succeeded)
        {
            throw new LocalPostgresException($"apt-get install {package} failed: {installed.LastWords}");
        }
    }

    private static Task<ProgramResult> AsRootAsync(string[] command, CancellationToken cancellationToken) =>
        Environment.IsPrivilegedProcess
            ? ExternalProgram.RunAsync(command[0], command[1..], cancellationToken)
            : ExternalProgram.RunAsync("sudo", ["-n", "env", "DEBIAN_FRONTEND=noninteractive", .. command], cancellationToken);

    [GeneratedRegex(@"Candidate:\s+(?<major>\d+)")]
    private static partial Regex CandidatePattern();
}
