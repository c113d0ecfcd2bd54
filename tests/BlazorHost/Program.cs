using System.Security.Claims;
using Npgsql;
using Usage.Tests.BlazorHost;

// A Blazor application of somebody else's, with the dashboard beside its own pages.
var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseStaticWebAssets();
builder.Services.AddRazorComponents().AddInteractiveServerComponents();
builder.Services.AddNpgsqlDataSource(builder.Configuration.GetConnectionString("App")!, database => database.UseNodaTime());
builder.Services.AddUsageEngine(options => options.DrainInBackground = false).AddUsageHttp().AddUsageDashboard();

var app = builder.Build();
ClaimsPrincipal viewer = new(new ClaimsIdentity([new("sub", app.Configuration["User"]!), new("scope", "usage.admin")], "test"));
app.Use((context, next) =>
{
    context.User = viewer;
    return next(context);
});
app.UseAntiforgery();
app.MapStaticAssets();
app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
app.MapUsageDashboard().AllowAnonymous();
app.Run();
