using Npgsql;
using Usage.Engine.Recording;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddNpgsqlDataSource(builder.Configuration.GetConnectionString("App")!, database => database.UseNodaTime());
builder.Services.AddUsageEngine(builder.Configuration.GetSection("Usage"));
builder.Services.AddUsageHttp();
builder.Services.AddAuthentication().AddJwtBearer();
builder.Services.AddHealthChecks().AddUsage();

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.UseRateLimiter();
app.MapUsage();
app.MapHealthChecks("/health/ready");
app.MapPost("/tasks/{id:guid}/done", async (Guid id, IUsageRecorder usage, CancellationToken cancellationToken) =>
{
    await usage.RecordAsync(id, [new UsageEntry("openai", "gpt-5", InputTokens: 1_200, OutputTokens: 340)], cancellationToken);
    return Results.NoContent();
}).RequireAuthorization();
app.Run();
