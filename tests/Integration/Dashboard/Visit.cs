using Microsoft.Playwright;
using Shouldly;

namespace Usage.Tests.Integration.Dashboard;

/// <summary>A window of the browser, and everything that went wrong in it.</summary>
public sealed class Visit(IBrowserContext context, Uri host) : IAsyncDisposable
{
    private readonly List<string> faults = [];
    private IPage? page;

    public IPage Page => page ?? throw new InvalidOperationException("Nothing was opened yet.");

    /// <summary>Opens an address of the host.</summary>
    public async Task<IResponse> OpenAsync(string address)
    {
        page ??= Watched(await context.NewPageAsync());
        return (await page.GotoAsync(new Uri(host, address).ToString(), new() { WaitUntil = WaitUntilState.Load }))!;
    }

    /// <summary>No error of a script or of the network, nothing that the content security policy refused.</summary>
    public void ShouldHaveNoFault() => faults.ShouldBeEmpty();

    public ValueTask DisposeAsync() => context.DisposeAsync();

    private IPage Watched(IPage opened)
    {
        opened.Console += (_, message) =>
        {
            // A page that answers 400 or 404 on purpose is an error to the console.
            if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource: the server responded with a status of 40", StringComparison.Ordinal))
            {
                faults.Add(message.Text);
            }
        };
        opened.PageError += (_, error) => faults.Add(error);
        return opened;
    }
}
