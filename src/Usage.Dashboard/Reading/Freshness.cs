using NodaTime;
using Usage.Engine;
using Usage.Engine.Maintenance;
using Usage.Engine.Reporting;

namespace Usage.Dashboard.Reading;

/// <summary>How far a page's figures can be believed.</summary>
internal enum Trust
{
    /// <summary>What is committed is in them, but for the last moments.</summary>
    Live,

    /// <summary>Exact, from raw rows: slower.</summary>
    Raw,

    /// <summary>Changes wait longer than they should.</summary>
    Behind,

    /// <summary>The engine is paused.</summary>
    Paused,

    /// <summary>Hours of the window could not be computed.</summary>
    SetAside,
}

/// <param name="Trust">The worst that applies.</param>
/// <param name="Age">Age of the oldest pending change.</param>
/// <param name="PausedSince">When the engine was paused.</param>
/// <param name="SetAsideHours">Hours of the window that could not be computed.</param>
/// <param name="IsComplete">Whether all history is in the rollup.</param>
internal sealed record Freshness(Trust Trust, Duration Age, Instant? PausedSince, int SetAsideHours, bool IsComplete)
{
    /// <summary>Figures of hours before it come from the rollup alone; null if the page shows none.</summary>
    public Instant? FrozenBefore { get; init; }

    private static readonly Duration Late = Duration.FromSeconds(10);

    public static Freshness Of(EngineStatus status, ReportWindow? window, ReportSource source, Instant? frozenBefore = null)
    {
        var setAside = window is null
            ? 0
            : status.SetAside.Count(mark => mark.BucketHour is { } hour && hour < window.End && hour + Duration.FromHours(1) > window.Start);
        // Raw rows have no set-aside hours and no pending changes.
        var trust = source == ReportSource.Raw ? Trust.Raw
            : setAside > 0 ? Trust.SetAside
            : status.PausedSince is not null ? Trust.Paused
            : IsBehind(status) ? Trust.Behind
            : Trust.Live;
        return new(trust, status.OldestLiveAge, status.PausedSince, setAside, status.Complete) { FrozenBefore = frozenBefore };
    }

    /// <summary>Whether a change waits longer than it should.</summary>
    public static bool IsBehind(EngineStatus status) => status.OldestLiveAge > Late;
}

/// <summary>Reads the engine's state, at most once a second however many pages are open.</summary>
internal sealed class EngineState(IUsageEngine engine, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim turn = new(1);
    private volatile Known? last;

    /// <summary>Reads anew next time, after a change by this process.</summary>
    public void Forget() => last = null;

    public async Task<EngineStatus> ReadAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var known = last;
            if (known is null || time.GetElapsedTime(known.ReadAt) > GoodFor)
            {
                last = known = new(time.GetTimestamp(), await engine.GetStatusAsync(cancellationToken).ConfigureAwait(false));
            }

            return known.Status;
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private sealed record Known(long ReadAt, EngineStatus Status);
}
