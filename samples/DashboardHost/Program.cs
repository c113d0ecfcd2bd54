using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.HttpOverrides;
using Npgsql;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddNpgsqlDataSource(builder.Configuration.GetConnectionString("App")!, database => database.UseNodaTime());
builder.Services.AddUsageEngine().AddUsageHttp().AddUsageDashboard();
builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie => cookie.LoginPath = "/sign-in");

var app = builder.Build();
app.UseForwardedHeaders(new()
{
    ForwardedHeaders = ForwardedHeaders.XForwardedPrefix | ForwardedHeaders.XForwardedHost | ForwardedHeaders.XForwardedProto,
});
app.UseRouting();
app.UseAuthentication();
app.UseAuthorization();
app.MapUsageDashboard("/ops/usage").RequireAuthorization();

// One account from the configuration, in the place of your own sign-in. The user's id is what the workspaces' members are known by.
app.MapGet("/sign-in", () => TypedResults.Content(
    """<!DOCTYPE html><html lang="en"><title>Sign in</title><form method="post"><label>Key <input name="key" type="password"></label> <button>Sign in</button></form></html>""",
    "text/html; charset=utf-8"));
app.MapPost("/sign-in", async (HttpRequest request, IConfiguration settings, string? returnUrl) =>
    settings["SignIn:Key"] is { Length: > 0 } key && (await request.ReadFormAsync())["key"] == key
        ? Results.SignIn(
            new ClaimsPrincipal(new ClaimsIdentity([new("sub", settings["SignIn:User"]!)], "key")),
            new() { RedirectUri = returnUrl?.StartsWith('/') is true && !returnUrl.StartsWith("//", StringComparison.Ordinal) ? returnUrl : "/" })
        : Results.Unauthorized());
app.Run();
