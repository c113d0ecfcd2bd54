namespace Usage.Engine.Reporting;

/// <summary>The maximum number of reports are being read and queued. Try again later.</summary>
public sealed class ReportsBusyException(TimeSpan retryAfter) : InvalidOperationException(
    $"The maximum number of reports are being read. Try again in {Math.Ceiling(retryAfter.TotalSeconds)} s. "
    + $"{nameof(UsageEngineOptions.MaxConcurrentReports)}, {nameof(UsageEngineOptions.MaxWaitingReports)} and "
    + $"{nameof(UsageEngineOptions.ReportWait)} set the limits.")
{
    /// <summary>The suggested delay before a retry.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}
