using Npgsql;
using Worker;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddNpgsqlDataSource(builder.Configuration.GetConnectionString("App")!, database => database.UseNodaTime());
builder.Services.AddUsageEngine(builder.Configuration.GetSection("Usage"));
builder.Services.AddHostedService<FinishedTasks>();
builder.Build().Run();
