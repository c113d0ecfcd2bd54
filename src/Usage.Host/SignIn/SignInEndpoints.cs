using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Usage.Dashboard.Serving;
using Usage.Host.Authentication;

namespace Usage.Host.SignIn;

/// <summary>The pages by which people get into the dashboard and out of it.</summary>
internal static class SignInEndpoints
{
    private const int MostFormBytes = 64 * 1024;

    private static readonly FormOptions Form = new() { ValueCountLimit = 8, KeyLengthLimit = 256, ValueLengthLimit = MostFormBytes };

    public static void MapSignIn(this WebApplication app, UsageAuthOptions options)
    {
        var pages = app.MapGroup(DashboardSessions.Folder).AllowAnonymous().ExcludeFromDescription();
        pages.MapPost("sign-out", context => SignOutAsync(context, options));
        if (options.ClientId is not null)
        {
            pages.MapGet("signed-out", SignedOutAsync);
            return;
        }

        pages.MapGet("sign-in", (HttpContext context, PageWriter writer, IAntiforgery antiforgery, [FromQuery(Name = "return")] string? address) =>
            FormAsync(context, writer, antiforgery, options, address, problem: null));
        pages.MapPost("sign-in", (HttpContext context, PageWriter writer, IAntiforgery antiforgery) =>
            SignInAsync(context, writer, antiforgery, options)).WithMetadata(new RequestSizeLimitAttribute(MostFormBytes));
    }

    private static async Task<IResult> SignInAsync(
        HttpContext context, PageWriter writer, IAntiforgery antiforgery, UsageAuthOptions options)
    {
        IFormCollection form;
        try
        {
            form = await context.Request.ReadFormAsync(Form, context.RequestAborted);
        }
        catch (Exception error) when (error is InvalidDataException or InvalidOperationException)
        {
            return TypedResults.BadRequest();
        }

        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return await FormAsync(context, writer, antiforgery, options, form["return"], "The form was too old. Try again.");
        }

        var found = await context.AuthenticateAsync(DashboardSessions.TokenForm);
        if (found is not { Succeeded: true, Principal: { } viewer })
        {
            return await FormAsync(
                context, writer, antiforgery, options, form["return"],
                found.Failure is SecurityTokenExpiredException ? "This token has expired." : "This is no token for this host.");
        }

        await context.SignInAsync(
            DashboardSessions.Cookie, viewer, new() { ExpiresUtc = found.Properties.ExpiresUtc, IsPersistent = true });
        return SeeOther(context, ReturnAddress.Safe(form["return"]));
    }

    /// <summary>Only with the session itself, which browsers do not send along with a form of another site.</summary>
    private static async Task SignOutAsync(HttpContext context, UsageAuthOptions options)
    {
        if ((await context.AuthenticateAsync(DashboardSessions.Cookie)).Succeeded)
        {
            await context.SignOutAsync(DashboardSessions.Cookie);
        }

        await SeeOther(context, options.ClientId is null ? "./sign-in" : "./signed-out").ExecuteAsync(context);
    }

    /// <summary>The session at the provider is another matter, and a page of its own.</summary>
    private static async Task<IResult> SignedOutAsync(
        HttpContext context, PageWriter writer, IOptionsMonitor<OpenIdConnectOptions> providers)
    {
        var provider = providers.Get(ProviderSignIn.Scheme);
        var known = await provider.ConfigurationManager!.GetConfigurationAsync(context.RequestAborted);
        var end = known.EndSessionEndpoint is { Length: > 0 } address
            ? $"{address}{QueryString.Create("client_id", provider.ClientId!)}"
            : null;
        return await writer.PageAsync(context, shell => shell with { Title = "Signed out", IsBare = true }, SignInPage.SignedOut(end));
    }

    private static Task<IResult> FormAsync(
        HttpContext context, PageWriter writer, IAntiforgery antiforgery, UsageAuthOptions options, string? returnAddress, string? problem)
    {
        var token = antiforgery.GetAndStoreTokens(context);
        return writer.PageAsync(
            context, shell => shell with { Title = "Sign in", IsBare = true },
            SignInPage.Form(token.FormFieldName, token.RequestToken!, ReturnAddress.Safe(returnAddress), options.Authority, problem),
            problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest, holdsToken: true);
    }

    private static StatusCodeHttpResult SeeOther(HttpContext context, string address)
    {
        context.Response.Headers.Location = address;
        return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
    }
}
