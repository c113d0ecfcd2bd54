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
/// Reads and renders a page once for all its viewers. The cache is keyed by the version of the workspace's data and kept for a few
/// seconds, because names and prices change without a new version. Without viewers there are no versions, and nothing is cached.
/// </summary>
internal sealed class SharedViews(AnalysisReader reader, PageRenderer renderer, WorkspaceFeed feed, TimeProvider time) : IDisposable
{
    private const int MostViews = 300;

    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(10);

    private readonly MemoryCache views = new(new MemoryCacheOptions { SizeLimit = MostViews });

    public async Task<SharedView> ReadAsync(Subject subject, PageState state, Viewer viewer, CancellationToken cancellationToken)
    {
        if (feed.VersionOf(subject.WorkspaceId) is not { } version)
        {
            return await MakeAsync(subject, state, viewer, cancellationToken).ConfigureAwait(false);
        }

        // The unfinished column changes with the hour.
        var hour = Instant.FromDateTimeOffset(time.GetUtcNow()).ToUnixTimeSeconds() / NodaConstants.SecondsPerHour;
        Key key = new(version, subject, state, viewer.Zone.Id, string.Join(' ', viewer.HiddenAgents.Order()), hour);
        var making = views.GetOrCreate(key, entry =>
        {
            entry.AbsoluteExpirationRelativeToNow = GoodFor;
            entry.Size = 1;
            // A viewer who leaves must not cancel what others wait for.
            return new Lazy<Task<SharedView>>(() => MakeAsync(subject, state, viewer, CancellationToken.None));
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

    private async Task<SharedView> MakeAsync(Subject subject, PageState state, Viewer viewer, CancellationToken cancellationToken)
    {
        var view = await reader.ReadAsync(subject, state, viewer, cancellationToken).ConfigureAwait(false);
        return new(view, new(() => ContentAsync(view)));
    }

    private async Task<HtmlPage> ContentAsync(AnalysisView view) => new(await renderer.RenderAsync(AnalysisPage.Of(view)).ConfigureAwait(false));

    /// <summary>
    /// Everything a view depends on. Any further property of the viewer that a page depends on must be added here: otherwise one viewer would
    /// see what only another may see.
    /// </summary>
    private sealed record Key(string Version, Subject Subject, PageState State, string Zone, string HiddenAgents, long Hour);
}
