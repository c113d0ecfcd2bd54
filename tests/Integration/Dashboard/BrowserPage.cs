using Microsoft.Playwright;
using Shouldly;

namespace Usage.Tests.Integration.Dashboard;

/// <summary>A browser window that collects errors.</summary>
public sealed class BrowserPage(IBrowserContext context, Uri host) : IAsyncDisposable
{
    private readonly List<string> faults = [];
    private IPage? page;

    public IPage Page => page ?? throw new InvalidOperationException("Nothing was opened yet.");

    /// <summary>Opens one of the host's addresses.</summary>
    public async Task<IResponse> OpenAsync(string address)
    {
        page ??= Watched(await context.NewPageAsync());
        return (await page.GotoAsync(new Uri(host, address).ToString(), new() { WaitUntil = WaitUntilState.Load }))!;
    }

    /// <summary>Asserts that there were no script or network errors and no content security policy violations.</summary>
    public void ShouldHaveNoFault() => faults.ShouldBeEmpty();

    public ValueTask DisposeAsync() => context.DisposeAsync();

    private IPage Watched(IPage opened)
    {
        opened.Console += (_, message) =>
        {
            // The console reports an intended 400 or 404 as an error.
            if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource: the server responded with a status of 40", StringComparison.Ordinal))
            {
                faults.Add(message.Text);
            }
        };
        opened.PageError += (_, error) => faults.Add(error);
        return opened;
    }
}
