namespace Usage.Benchmarks.Visibility;

/// <summary>A run's time: what is done while it warms up, or once it ends, doesn't count.</summary>
/// <param name="Time">Tells the time.</param>
/// <param name="Started">Timestamp of the start.</param>
/// <param name="WarmUp">How long it warms up.</param>
/// <param name="Length">How long it counts after that.</param>
internal sealed record ObservedSpan(TimeProvider Time, long Started, TimeSpan WarmUp, TimeSpan Length)
{
    public TimeSpan End => WarmUp + Length;

    public TimeSpan Elapsed => Time.GetElapsedTime(Started);

    public bool Counts(TimeSpan at) => at >= WarmUp && at < End;

    /// <summary>Waits until so much time has passed since the start.</summary>
    public Task UntilAsync(TimeSpan at, CancellationToken cancellationToken)
    {
        var early = at - Elapsed;
        return early > TimeSpan.Zero ? Task.Delay(early, Time, cancellationToken) : Task.CompletedTask;
    }
}
