using Microsoft.Playwright;

namespace Usage.Benchmarks.Dashboard;

/// <summary>A window of the browser at the page of a workspace, with the page's own clock.</summary>
internal sealed class PageVisit : IAsyncDisposable
{
    private const int WarmUps = 5;
    private const int Loads = 20;
    private const int Changes = 40;

    private const string LoadedScript = "() => performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd";

    // Until what is shown is another, and drawn.
    private const string ChangeScript = """
        name => new Promise(done => {
          const main = document.getElementById('main');
          const link = [...document.querySelectorAll('#bar .segments a')].find(one => one.textContent === name);
          const started = performance.now();
          new MutationObserver((_, observer) => {
            if (main.hasAttribute('aria-busy')) return;
            observer.disconnect();
            requestAnimationFrame(() => setTimeout(() => done(performance.now() - started)));
          }).observe(main, { attributeFilter: ['aria-busy'] });
          link.click();
        })
        """;

    private static readonly string[] Windows = ["7d", "30d", "90d", "Month"];

    private readonly IBrowserContext context;
    private readonly string address;

    private PageVisit(IBrowserContext context, IPage page, string address) => (this.context, Page, this.address) = (context, page, address);

    public IPage Page { get; }

    /// <summary>A browser that has stored nothing.</summary>
    public static async Task<PageVisit> OpenAsync(IBrowser browser, Uri host, Guid workspace)
    {
        var context = await browser.NewContextAsync(new() { ViewportSize = new() { Width = 1_440, Height = 900 } });
        return new(context, await context.NewPageAsync(), new Uri(host, $"usage/workspace?id={workspace}").ToString());
    }

    /// <summary>Milliseconds from the request until every figure is there and scripts answer.</summary>
    public async Task<double> LoadAsync()
    {
        await Page.GotoAsync(address, new() { WaitUntil = WaitUntilState.DOMContentLoaded });
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
            var time = await Page.EvaluateAsync<double>(ChangeScript, Windows[(change + Windows.Length) % Windows.Length]);
            if (change >= 0)
            {
                times.Add(time);
            }
        }

        return times;
    }

    public ValueTask DisposeAsync() => context.DisposeAsync();
}
