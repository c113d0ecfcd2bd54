namespace Usage.Host.Cli;

/// <summary>The program's exit codes.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The command failed, or verify found drift.</summary>
    public const int Failure = 1;

    /// <summary>The command line or the configuration is invalid. Nothing was done.</summary>
    public const int BadUsage = 2;

    /// <summary>Stopped by Ctrl-C.</summary>
    public const int Interrupted = 130;

    /// <summary>Stopped by SIGTERM.</summary>
    public const int Terminated = 143;
}
