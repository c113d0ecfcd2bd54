using Microsoft.Playwright;
using Usage.Tests.Integration.Dashboard;

namespace Usage.Screenshots;

/// <summary>Opens pages in Chromium and captures them.</summary>
internal sealed class PageCapture : IAsyncDisposable
{
    /// <summary>High enough for sharp text, low enough for small files.</summary>
    private const int Quality = 88;

    private readonly IPlaywright playwright;
    private readonly IBrowser browser;
    private readonly string folder;
    private readonly bool asPng;

    private PageCapture(IPlaywright playwright, IBrowser browser, string folder, bool asPng) =>
        (this.playwright, this.browser, this.folder, this.asPng) = (playwright, browser, folder, asPng);

    /// <param name="folder">Where pictures go.</param>
    /// <param name="asPng">PNG instead of the much smaller WebP, for programs that do not take that.</param>
    public static async Task<PageCapture> OpenAsync(string folder, bool asPng)
    {
        Directory.CreateDirectory(folder);
        var playwright = await Playwright.CreateAsync();
        return new(playwright, await Chromium.LaunchAsync(playwright), folder, asPng);
    }

    /// <returns>Bytes of the picture.</returns>
    public async Task<long> TakeAsync(Uri host, Picture picture)
    {
        await using var context = await browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = picture.Width, Height = 900 },
            ColorScheme = picture.Theme,
            ReducedMotion = ReducedMotion.Reduce,
            TimezoneId = "Europe/Berlin",
        });
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(host, picture.Address).ToString(), new() { WaitUntil = WaitUntilState.Load });
        // The first event of the stream makes the page reload its content.
        await page.WaitForLoadStateAsync(LoadState.DOMContentLoaded);
        if (picture.Prepare is not null)
        {
            await picture.Prepare(page);
        }

        var height = Math.Min(picture.Height, await page.EvaluateAsync<int>("document.documentElement.scrollHeight"));
        var session = await context.NewCDPSessionAsync(page);
        var answer = await session.SendAsync("Page.captureScreenshot", new Dictionary<string, object>
        {
            ["format"] = asPng ? "png" : "webp",
            ["quality"] = Quality,
            ["captureBeyondViewport"] = true,
            ["clip"] = new { x = 0, y = 0, width = picture.Width, height, scale = 1 },
        });
        var bytes = Convert.FromBase64String(answer!.Value.GetProperty("data").GetString()!);
        await File.WriteAllBytesAsync(Path.Combine(folder, $"{picture.Name}.{(asPng ? "png" : "webp")}"), bytes);
        return bytes.Length;
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }
}
