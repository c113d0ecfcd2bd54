namespace Usage.Engine.Reporting;

/// <summary>As many reports are being read, and as many wait, as the engine allows; try again later.</summary>
public sealed class ReportsBusyException(TimeSpan retryAfter) : InvalidOperationException(
    $"As many reports are being read as this host allows; try again in {Math.Ceiling(retryAfter.TotalSeconds)} s. "
    + $"{nameof(UsageEngineOptions.MaxConcurrentReports)}, {nameof(UsageEngineOptions.MaxWaitingReports)} and "
    + $"{nameof(UsageEngineOptions.ReportWait)} set how many, how many wait, and how long.")
{
    /// <summary>When a further try is worth it.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}
