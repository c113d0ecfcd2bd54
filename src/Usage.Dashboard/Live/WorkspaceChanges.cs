using NodaTime;
using Usage.Dashboard.Reading;

namespace Usage.Dashboard.Live;

/// <summary>
/// Detects whether the visible data of a workspace has changed since the last check. The engine's state and the last two days are cheap
/// to read. Earlier hours are read only after a drain, and for at most a small fraction of the time.
/// </summary>
internal sealed class WorkspaceChanges(Guid workspace, ChangeReader changes, EngineState engine, TimeProvider time)
{
    private static readonly TimeSpan BetweenStatus = TimeSpan.FromSeconds(5);

    /// <summary>Reading the earlier hours takes at most this fraction of the time: 1 / PauseFactor.</summary>
    private const int PauseFactor = 30;

    private Seen? last;
    private string drainsOfEarlier = "";
    private string earlier = "";
    private long readEarlierAt;
    private TimeSpan earlierTook;
    private string status = "";
    private long readStatusAt;

    /// <summary>Whether anything has changed. The first call returns false; later calls compare with the one before.</summary>
    public async Task<bool> HasChangedAsync(CancellationToken cancellationToken)
    {
        // Drains are read before buckets, so that a drain that commits in between is noticed at the next check.
        var (drains, state) = await changes.EngineAsync(cancellationToken).ConfigureAwait(false);
        var since = Instant.FromDateTimeOffset(time.GetUtcNow()).InUtc().Date.PlusDays(-1).AtMidnight().InUtc().ToInstant();
        var recent = last is not null && last.Drains == drains && last.Since == since
            ? last.Recent
            : await changes.SinceAsync(workspace, since, cancellationToken).ConfigureAwait(false);
        if (last is null || last.Since != since || (drains != drainsOfEarlier && time.GetElapsedTime(readEarlierAt) > earlierTook * PauseFactor))
        {
            var started = time.GetTimestamp();
            earlier = await changes.BeforeAsync(workspace, since, cancellationToken).ConfigureAwait(false);
            (drainsOfEarlier, readEarlierAt, earlierTook) = (drains, time.GetTimestamp(), time.GetElapsedTime(started));
        }

        await ReadStatusAsync(cancellationToken).ConfigureAwait(false);
        Seen now = new(drains, since, $"{state} {status}", recent, earlier);
        var hasChanged = last is not null && now.ShowsMoreThan(last);
        last = now;
        return hasChanged;
    }

    /// <summary>While nothing is drained, only the status shows that changes are pending.</summary>
    private async Task ReadStatusAsync(CancellationToken cancellationToken)
    {
        if (status.Length == 0 || time.GetElapsedTime(readStatusAt) > BetweenStatus)
        {
            status = Freshness.IsBehind(await engine.ReadAsync(cancellationToken).ConfigureAwait(false)) ? "behind" : "fresh";
            readStatusAt = time.GetTimestamp();
        }
    }

    private sealed record Seen(string Drains, Instant Since, string Engine, string Recent, string Earlier)
    {
        /// <summary>Ignores the drains themselves, because they may concern other workspaces only.</summary>
        public bool ShowsMoreThan(Seen before) => Engine != before.Engine || Recent != before.Recent || Earlier != before.Earlier;
    }
}
