using Usage.Dashboard.Names;

namespace Usage.Dashboard.Serving;

/// <summary>The layout around a page's content.</summary>
/// <param name="Title">The title of the browser tab.</param>
/// <param name="Assets">The styles and scripts.</param>
/// <param name="Theme">The theme that the viewer has chosen; null for the system's.</param>
/// <param name="MayOperate">Whether the viewer may open the operator's page.</param>
internal sealed record Shell(string Title, EmbeddedAssets Assets, string? Theme, bool MayOperate)
{
    /// <summary>Whether the page is for somebody who is not signed in: without a menu.</summary>
    public bool IsBare { get; init; }

    /// <summary>How the viewer signs out; null where that is the host's matter.</summary>
    public SignOutForm? SignOut { get; init; }

    /// <summary>The page's subject; null if it is not about a workspace.</summary>
    public Subject? Subject { get; init; }

    /// <summary>The page's name in its address.</summary>
    public string Page { get; init; } = "";

    /// <summary>The address from which the page reloads its content; null for a static page.</summary>
    public string? Parts { get; init; }

    /// <summary>Reload interval in milliseconds; null for a page that receives change events or is static.</summary>
    public int? Every { get; init; }

    /// <summary>The version of the figures, which events are compared with; null where it is not known.</summary>
    public string? Version { get; init; }

    /// <summary>The address of the page's change events; null for a static page.</summary>
    public string? Events { get; init; }
}

/// <summary>Where a page's form goes to end the viewer's session.</summary>
internal sealed record SignOutForm(string Address);
