using Microsoft.Playwright;
using Xunit;

[assembly: AssemblyFixture(typeof(Usage.Tests.Integration.Dashboard.Browser))]

namespace Usage.Tests.Integration.Dashboard;

/// <summary>The run's Chromium, started when a test first needs it.</summary>
public sealed class Browser : IAsyncDisposable
{
    private readonly SemaphoreSlim turn = new(1);
    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>Opens a window in a new browser context.</summary>
    public async Task<IBrowserContext> OpenAsync(
        int width = 1440, ColorScheme theme = ColorScheme.Light, IEnumerable<KeyValuePair<string, string>>? headers = null, bool scripts = true)
    {
        await turn.WaitAsync();
        try
        {
            playwright ??= await Playwright.CreateAsync();
            browser ??= await Chromium.LaunchAsync(playwright);
        }
        finally
        {
            turn.Release();
        }

        var context = await browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = theme,
            ExtraHTTPHeaders = headers,
            JavaScriptEnabled = scripts,
            TimezoneId = "Asia/Tokyo",
        });
        context.SetDefaultTimeout(60_000);
        Assertions.SetDefaultExpectTimeout(60_000);
        return context;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
        turn.Dispose();
    }
}
