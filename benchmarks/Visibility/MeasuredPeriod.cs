namespace Usage.Benchmarks.Visibility;

/// <summary>The measured period of a run, after a warm-up.</summary>
/// <param name="Time">Measures time.</param>
/// <param name="Started">Timestamp of the start.</param>
/// <param name="WarmUp">Length of the warm-up.</param>
/// <param name="Length">Length of the measured period.</param>
internal sealed record MeasuredPeriod(TimeProvider Time, long Started, TimeSpan WarmUp, TimeSpan Length)
{
    public TimeSpan End => WarmUp + Length;

    public TimeSpan Elapsed => Time.GetElapsedTime(Started);

    public bool Counts(TimeSpan at) => at >= WarmUp && at < End;

    /// <summary>Waits until a given time after the start.</summary>
    public Task UntilAsync(TimeSpan at, CancellationToken cancellationToken)
    {
        var early = at - Elapsed;
        return early > TimeSpan.Zero ? Task.Delay(early, Time, cancellationToken) : Task.CompletedTask;
    }
}
