using NodaTime;
using Usage.Engine;
using Usage.Engine.Maintenance;
using Usage.Engine.Recording;
using Usage.Engine.Reporting;
using Usage.Engine.Schema;

// A job that is published as native code: it installs the schema, records what a task used, drains, and prints reports.
var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddUsageEngine(builder.Configuration.GetSection("Usage"));
builder.Services.AddHealthChecks().AddUsage();
using var host = builder.Build();
var (workspace, task) = (Guid.Parse(args[0]), Guid.Parse(args[1]));

var migrated = await host.Services.GetRequiredService<UsageMigrator>().MigrateAsync();
Console.WriteLine($"schema {migrated.Version}, {migrated.Applied.Count} migrations applied, {migrated.IndexesBuilt.Count} indexes built");

await host.StartAsync();
var recorder = host.Services.GetRequiredService<IUsageRecorder>();
await recorder.RecordAsync(task, [new UsageEntry("openai", "gpt-5", InputTokens: 1_200, OutputTokens: 340)]);

var engine = host.Services.GetRequiredService<IUsageEngine>();
await engine.BackfillAsync(new BackfillRequest());
await engine.DrainAsync();
var verified = await engine.VerifyAsync(new VerifyRequest());
Console.WriteLine($"verified {verified.RawRows} rows, {verified.Buckets} buckets, {verified.DriftCount} drifted");

var reports = host.Services.GetRequiredService<IUsageReports>();
var window = ReportWindow.LastDays(2, SystemClock.Instance.GetCurrentInstant(), DateTimeZoneProviders.Tzdb["Asia/Kolkata"]);
foreach (var row in (await reports.WorkspaceDailyAsync(workspace, window)).Rows)
{
    Console.WriteLine($"{row.Provider} {row.Model}: {row.InputTokens} in, {row.OutputTokens} out");
}

var status = await engine.GetStatusAsync();
Console.WriteLine($"{status.PendingLive} marks pending, {status.Replicas.Count} replicas");
await host.StopAsync();
