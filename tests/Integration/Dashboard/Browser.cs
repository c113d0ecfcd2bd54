using Microsoft.Playwright;
using Xunit;

[assembly: AssemblyFixture(typeof(Usage.Tests.Integration.Dashboard.Browser))]

namespace Usage.Tests.Integration.Dashboard;

/// <summary>
/// The test run's Chromium, started on first use: <c>CHROMIUM</c>, or the system's package. It is never downloaded.
/// </summary>
public sealed class Browser : IAsyncDisposable
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-sync",
        "--no-first-run", "--disable-dev-shm-usage", "--disable-gpu",
    ];

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
            browser ??= await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Executable(), Args = Flags });
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

    private static string Executable()
    {
        string?[] places = [Environment.GetEnvironmentVariable("CHROMIUM"), .. Places];
        return places.FirstOrDefault(File.Exists) ?? throw new InvalidOperationException(
            $"Tests of pages need Chromium: install it (Debian: apt-get install chromium), or set CHROMIUM to its path. Looked for {string.Join(", ", Places)}.");
    }
}
