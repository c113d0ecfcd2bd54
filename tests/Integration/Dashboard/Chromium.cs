using Microsoft.Playwright;

namespace Usage.Tests.Integration.Dashboard;

/// <summary>The system's Chromium: <c>CHROMIUM</c>, or what a package installs. It is driven, never downloaded.</summary>
internal static class Chromium
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-sync",
        "--no-first-run", "--disable-dev-shm-usage", "--disable-gpu", "--force-color-profile=srgb",
    ];

    public static Task<IBrowser> LaunchAsync(IPlaywright playwright) =>
        playwright.Chromium.LaunchAsync(new() { ExecutablePath = Executable(), Args = Flags });

    private static string Executable()
    {
        string?[] places = [Environment.GetEnvironmentVariable("CHROMIUM"), .. Places];
        return places.FirstOrDefault(File.Exists) ?? throw new InvalidOperationException(
            $"Pages are opened in Chromium: install it (Debian: apt-get install chromium), or set CHROMIUM to its path. Looked for {string.Join(", ", Places)}.");
    }
}
