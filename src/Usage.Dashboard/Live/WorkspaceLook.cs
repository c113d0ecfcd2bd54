using NodaTime;
using Usage.Dashboard.Reading;

namespace Usage.Dashboard.Live;

/// <summary>
/// Looks whether what viewers of a workspace see has changed since the look before. The engine and the last days are cheap to look at;
/// the hours before them are looked at after a drain too, but never for more than a small part of the time.
/// </summary>
internal sealed class WorkspaceLook(Guid workspace, ChangeReader changes, EngineState engine, TimeProvider time)
{
    private static readonly TimeSpan BetweenStatus = TimeSpan.FromSeconds(5);

    /// <summary>Looking at all hours takes at most one part in so many of the time.</summary>
    private const int PauseFactor = 30;

    private Seen? last;
    private string drainsOfEarlier = "";
    private string earlier = "";
    private long lookedAtEarlier;
    private TimeSpan earlierTook;
    private string status = "";
    private long readStatus;

    /// <summary>Whether anything has changed. The first look is what others are compared with.</summary>
    public async Task<bool> HasChangedAsync(CancellationToken cancellationToken)
    {
        // The drains are read before the buckets: one that commits in between is looked at again.
        var (drains, state) = await changes.EngineAsync(cancellationToken).ConfigureAwait(false);
        var since = Instant.FromDateTimeOffset(time.GetUtcNow()).InUtc().Date.PlusDays(-1).AtMidnight().InUtc().ToInstant();
        var recent = last is not null && last.Drains == drains && last.Since == since
            ? last.Recent
            : await changes.SinceAsync(workspace, since, cancellationToken).ConfigureAwait(false);
        if (last is null || last.Since != since || (drains != drainsOfEarlier && time.GetElapsedTime(lookedAtEarlier) > earlierTook * PauseFactor))
        {
            var started = time.GetTimestamp();
            earlier = await changes.BeforeAsync(workspace, since, cancellationToken).ConfigureAwait(false);
            (drainsOfEarlier, lookedAtEarlier, earlierTook) = (drains, time.GetTimestamp(), time.GetElapsedTime(started));
        }

        await ReadStatusAsync(cancellationToken).ConfigureAwait(false);
        Seen now = new(drains, since, $"{state} {status}", recent, earlier);
        var hasChanged = last is not null && now.ShowsMoreThan(last);
        last = now;
        return hasChanged;
    }

    /// <summary>Without a drain nothing else would tell that changes wait.</summary>
    private async Task ReadStatusAsync(CancellationToken cancellationToken)
    {
        if (status.Length == 0 || time.GetElapsedTime(readStatus) > BetweenStatus)
        {
            status = Freshness.IsBehind(await engine.ReadAsync(cancellationToken).ConfigureAwait(false)) ? "behind" : "fresh";
            readStatus = time.GetTimestamp();
        }
    }

    private sealed record Seen(string Drains, Instant Since, string Engine, string Recent, string Earlier)
    {
        /// <summary>Drains of other workspaces are nothing to see.</summary>
        public bool ShowsMoreThan(Seen before) => Engine != before.Engine || Recent != before.Recent || Earlier != before.Earlier;
    }
}
