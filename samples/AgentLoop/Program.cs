using AgentLoop;
using Microsoft.Extensions.AI;
using Npgsql;
using Usage.AspNetCore.Access;
using Usage.Engine.Pricing;
using Usage.Engine.Schema;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseUrls(builder.Configuration["Urls"] ?? "http://127.0.0.1:5090");
builder.Services.AddNpgsqlDataSource(builder.Configuration.GetConnectionString("App")!, database => database.UseNodaTime());
builder.Services.AddUsageEngine().AddUsageHttp().AddUsageDashboard().AddUsageChatRecording();

// Your model in the place of the scripted one. UseUsage comes last, inside of what calls functions.
builder.Services.AddChatClient(new ScriptedModel()).UseFunctionInvocation().UseUsage();
builder.Services.AddHostedService<Agents>();

// Everybody sees everything, because only this machine can ask. A host of yours has its own authentication here.
builder.Services.AddAuthentication();
builder.Services.AddSingleton<IUsageAccess, EverythingAllowed>();

var app = builder.Build();
await app.Services.GetRequiredService<UsageMigrator>().MigrateAsync(createApplicationTables: true);
await app.Services.GetRequiredService<PriceStore>().LoadStartListAsync();
app.MapUsageDashboard().AllowAnonymous();
app.Run();
