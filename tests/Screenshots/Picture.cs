using Microsoft.Playwright;

namespace Usage.Screenshots;

/// <summary>One picture of a page.</summary>
/// <param name="Name">Of the file, without its ending.</param>
/// <param name="Address">Relative to the host.</param>
/// <param name="Height">Pixels from the top that are kept; the page's own height if that is less.</param>
/// <param name="Width">Of the window.</param>
/// <param name="Theme">That the system asks for.</param>
/// <param name="Prepare">What is done in the page before.</param>
internal sealed record Picture(
    string Name, string Address, int Height = 1_100, int Width = 1_440, ColorScheme Theme = ColorScheme.Light, Func<IPage, Task>? Prepare = null)
{
    /// <summary>Every page, and the main one also in dark mode and at phone width.</summary>
    public static IReadOnlyList<Picture> Of(Subjects about)
    {
        var workspace = $"usage/workspace?id={about.Workspace}&tz=Europe/Berlin";
        return
        [
            new("workspaces", "usage/", 700),
            new("workspace", workspace, 1_000, Prepare: PointAtAsync),
            new("workspace-whole", $"{workspace}&days=90&by=agent", 4_000),
            new("workspace-dark", workspace, 1_000, Theme: ColorScheme.Dark, Prepare: PointAtAsync),
            new("workspace-phone", workspace, 1_600, 375),
            new("workspace-hours", $"{workspace}&days=2&measure=tokens&by=class", 1_000),
            new("runtime", $"usage/runtime?id={about.Runtime}&tz=Europe/Berlin"),
            new("agent", $"usage/agent?id={about.Agent}&tz=Europe/Berlin"),
            new("project", $"usage/project?id={about.Project}&tz=Europe/Berlin"),
            new("model", $"usage/model?id={about.Workspace}&provider={about.Provider}&model={about.Model}&tz=Europe/Berlin"),
            new("issue", $"usage/issue?id={about.Issue}", 800),
            new("task", $"usage/task?id={about.Task}", 500),
            new("prices", "usage/prices", 800),
        ];
    }

    /// <summary>The live state, which a stopped clock can't show.</summary>
    public static Picture Operate { get; } = new("operate", "usage/operate");

    /// <summary>The tooltip of a day.</summary>
    private static async Task PointAtAsync(IPage page) => await page.Locator(".marks a").Nth(20).HoverAsync();
}
