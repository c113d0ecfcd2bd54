namespace Usage.Tests.Integration.Standby;

/// <summary>The system's time, put forward by tests so that a standby is tried again at once. Its timers run, so that a report can wait for replay.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long ahead;

    public void Advance(TimeSpan by) => Interlocked.Add(ref ahead, (long)(by.TotalSeconds * System.TimestampFrequency));

    public override long GetTimestamp() => System.GetTimestamp() + Interlocked.Read(ref ahead);
}
