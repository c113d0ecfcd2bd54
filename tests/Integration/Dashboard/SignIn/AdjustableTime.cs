namespace Usage.Tests.Integration.Dashboard.SignIn;

/// <summary>The system's clock, set ahead as a test says; what would have come due meanwhile comes due at once.</summary>
internal sealed class AdjustableTime : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<Timer> timers = [];
    private TimeSpan ahead;

    public void Advance(TimeSpan time)
    {
        Timer[] waiting;
        lock (gate)
        {
            ahead += time;
            waiting = [.. timers];
        }

        foreach (var timer in waiting)
        {
            timer.Hasten();
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return System.GetUtcNow() + ahead;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Timer timer = new(this, System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        lock (gate)
        {
            timers.Add(timer);
        }

        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(AdjustableTime time, ITimer inner) : ITimer
    {
        private DateTimeOffset? due;
        private TimeSpan interval;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            due = dueTime == Timeout.InfiniteTimeSpan ? null : time.GetUtcNow() + dueTime;
            interval = period;
            return inner.Change(dueTime, period);
        }

        public void Hasten()
        {
            if (due is { } moment)
            {
                var left = moment - time.GetUtcNow();
                inner.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, interval);
            }
        }

        public void Dispose()
        {
            lock (time.gate)
            {
                time.timers.Remove(this);
            }

            inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
