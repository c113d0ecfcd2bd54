using Microsoft.Playwright;

namespace Usage.Benchmarks.Dashboard;

/// <summary>A window of the browser at the page of a workspace, with the page's own clock.</summary>
internal sealed class PageVisit : IAsyncDisposable
{
    /// <summary>Of the page that is loaded.</summary>
    private const int Days = 30;

    private const int WarmUps = 5;
    private const int Loads = 20;
    private const int Changes = 40;

    private const string LoadedScript = "() => performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd";

    // As a click on another window: until what is shown is that, and drawn.
    private const string ChangeScript = """
        address => new Promise(done => {
          const main = document.getElementById('main');
          const link = Object.assign(document.createElement('a'), { href: address });
          link.dataset.soft = '';
          document.body.append(link);
          const started = performance.now();
          new MutationObserver((_, observer) => {
            if (main.hasAttribute('aria-busy')) return;
            observer.disconnect();
            requestAnimationFrame(() => setTimeout(() => done(performance.now() - started)));
          }).observe(main, { attributeFilter: ['aria-busy'] });
          link.click();
          link.remove();
        })
        """;

    private static readonly int[] Windows = [7, 30, 90, 14];

    private readonly IBrowserContext context;
    private readonly Func<int, string> addressOf;

    private PageVisit(IBrowserContext context, IPage page, Func<int, string> addressOf) => (this.context, Page, this.addressOf) = (context, page, addressOf);

    public IPage Page { get; }

    /// <summary>A window that runs and has stored nothing: the program is to be measured, not the start of the browser's process.</summary>
    /// <param name="browser">Where the window opens.</param>
    /// <param name="host">The program.</param>
    /// <param name="addressOf">The page of a window of so many days, relative to the host.</param>
    public static async Task<PageVisit> OpenAsync(IBrowser browser, Uri host, Func<int, string> addressOf)
    {
        var context = await browser.NewContextAsync(new() { ViewportSize = new() { Width = 1_440, Height = 900 } });
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(host, "health/live").ToString());
        return new(context, page, days => new Uri(host, addressOf(days)).ToString());
    }

    /// <summary>Milliseconds from the request until every figure is there and scripts answer.</summary>
    public async Task<double> LoadAsync()
    {
        await Page.GotoAsync(addressOf(Days), new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        await Page.Locator("#figures .value").First.WaitForAsync();
        return await Page.EvaluateAsync<double>(LoadedScript);
    }

    /// <summary>The same again and again, at a program and with a browser that know the page.</summary>
    public async Task<IReadOnlyList<double>> LoadManyAsync()
    {
        List<double> times = [];
        for (var load = -WarmUps; load < Loads; load++)
        {
            var time = await LoadAsync();
            if (load >= 0)
            {
                times.Add(time);
            }
        }

        return times;
    }

    /// <summary>Milliseconds from a click on another window until it is shown.</summary>
    public async Task<IReadOnlyList<double>> ChangeWindowsAsync()
    {
        List<double> times = [];
        for (var change = -Windows.Length; change < Changes; change++)
        {
            var time = await Page.EvaluateAsync<double>(ChangeScript, addressOf(Windows[(change + Windows.Length) % Windows.Length]));
            if (change >= 0)
            {
                times.Add(time);
            }
        }

        return times;
    }

    public ValueTask DisposeAsync() => context.DisposeAsync();
}
