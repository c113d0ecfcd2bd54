using Microsoft.Extensions.Caching.Memory;
using NodaTime;
using Usage.Dashboard.Addresses;
using Usage.Dashboard.Live;
using Usage.Dashboard.Names;
using Usage.Dashboard.Pages;
using Usage.Dashboard.Reading;

namespace Usage.Dashboard.Serving;

/// <summary>What a page shows, and its content as it was rendered for the first who asked for it.</summary>
internal sealed record SharedView(AnalysisView View, Lazy<Task<HtmlPage>> Content);

/// <summary>
/// Reads and renders a page once for all its viewers. What is kept belongs to a version of the workspace's figures, and is good for a few
/// seconds at most: names and prices change without a version. While nobody watches the workspace, nothing tells versions, and nothing is kept.
/// </summary>
internal sealed class SharedViews(AnalysisReader reader, PageRenderer renderer, WorkspaceFeed feed, TimeProvider time) : IDisposable
{
    private const int MostViews = 300;

    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(10);

    private readonly MemoryCache views = new(new MemoryCacheOptions { SizeLimit = MostViews });

    public async Task<SharedView> ReadAsync(Subject subject, PageState state, DateTimeZone viewerZone, CancellationToken cancellationToken)
    {
        if (feed.VersionOf(subject.WorkspaceId) is not { } version)
        {
            return await MakeAsync(subject, state, viewerZone, cancellationToken).ConfigureAwait(false);
        }

        // Which column is unfinished changes with the hour.
        var hour = Instant.FromDateTimeOffset(time.GetUtcNow()).ToUnixTimeSeconds() / NodaConstants.SecondsPerHour;
        Key key = new(version, subject, state, viewerZone.Id, hour);
        var making = views.GetOrCreate(key, entry =>
        {
            entry.AbsoluteExpirationRelativeToNow = GoodFor;
            entry.Size = 1;
            // Nobody's leaving ends what others wait for too.
            return new Lazy<Task<SharedView>>(() => MakeAsync(subject, state, viewerZone, CancellationToken.None));
        })!;
        try
        {
            return await making.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (making.Value.IsFaulted)
        {
            views.Remove(key);
            throw;
        }
    }

    public void Dispose() => views.Dispose();

    private async Task<SharedView> MakeAsync(Subject subject, PageState state, DateTimeZone viewerZone, CancellationToken cancellationToken)
    {
        var view = await reader.ReadAsync(subject, state, viewerZone, cancellationToken).ConfigureAwait(false);
        return new(view, new(() => ContentAsync(view)));
    }

    private async Task<HtmlPage> ContentAsync(AnalysisView view) => new(await renderer.RenderAsync(AnalysisPage.Of(view)).ConfigureAwait(false));

    /// <summary>
    /// All that a view depends on. Whatever else about a viewer a page comes to depend on belongs here too: otherwise one viewer would be
    /// shown what only another may see.
    /// </summary>
    private sealed record Key(string Version, Subject Subject, PageState State, string Zone, long Hour);
}
