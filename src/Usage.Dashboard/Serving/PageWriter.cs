using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Usage.Dashboard.Addresses;
using Usage.Dashboard.Components;
using Usage.Dashboard.Names;
using Usage.Dashboard.Pages;

namespace Usage.Dashboard.Serving;

/// <summary>Renders a full page, or only its updatable parts.</summary>
internal sealed class PageWriter(PageRenderer renderer, EmbeddedAssets assets, PageAccess access, IEnumerable<SignOutForm> signOut)
{
    public const string ThemeCookie = "usage-theme";

    /// <summary>Renders a full page.</summary>
    public async Task<IResult> PageAsync(
        HttpContext context, Func<Shell, Shell> describe, RenderFragment content, int status = StatusCodes.Status200OK, bool holdsToken = false,
        RenderFragment? after = null)
    {
        var theme = context.Request.Cookies[ThemeCookie] is "light" or "dark" ? context.Request.Cookies[ThemeCookie] : null;
        var shell = describe(new("", assets, theme, access.MayOperate(context.User)) { SignOut = signOut.FirstOrDefault() });
        return new HtmlPage(await renderer.RenderAsync(Document.Of(shell, content, after)).ConfigureAwait(false), status, holdsToken);
    }

    /// <summary>Renders the content only.</summary>
    public async Task<IResult> PartsAsync(RenderFragment content) => new HtmlPage(await renderer.RenderAsync(content).ConfigureAwait(false));

    public Task<IResult> NotFoundAsync(HttpContext context, SubjectKind kind) => PageAsync(
        context, shell => shell with { Title = "Not found" },
        MessagePage.Of(
            "Not found", $"This {StateQuery.Word(kind)} does not exist, or you can’t access its workspace.", "./", "Your workspaces"),
        StatusCodes.Status404NotFound);

    public Task<IResult> BadAddressAsync(HttpContext context, string page, StateReading reading) => PageAsync(
        context, shell => shell with { Title = "Invalid address" },
        BadAddressPage.Of(reading.Problems, StateQuery.Link(page, PageState.Default with { Id = reading.State.Id })),
        StatusCodes.Status400BadRequest);
}
