using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenTelemetry.Metrics;
using Shouldly;
using Usage.Engine;
using Usage.Engine.Recording;
using Usage.Engine.Reporting;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Hosting;

/// <summary>
/// One host with an engine for each of two databases. An exporter listens to the engines of the whole process, so these don't run beside the tests of what
/// nobody listens to.
/// </summary>
[Collection("Listeners")]
public sealed class KeyedEngineTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Drained = "select count(*) = 0 and (select complete from usage_rollup.status) from usage_rollup.dirty";

    private TestDatabase east = null!;
    private TestDatabase west = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => (east, west) = (await postgres.CreateDatabaseAsync(), await postgres.CreateDatabaseAsync());

    public async ValueTask DisposeAsync()
    {
        await east.DisposeAsync();
        await west.DisposeAsync();
    }

    [Fact]
    public async Task Each_engine_drains_and_reports_its_own_database()
    {
        await using var host = await StartAsync();
        await RecordAsync(host.Services, "east", east, 100);
        await RecordAsync(host.Services, "west", west, 7);
        await east.UntilAsync("select sum(input_tokens) = 100 from usage_rollup.hourly");
        await west.UntilAsync("select sum(input_tokens) = 7 from usage_rollup.hourly");
        (await TokensAsync(host.Services, "east", east)).ShouldBe(100);
        (await TokensAsync(host.Services, "west", west)).ShouldBe(7);
        (await TokensAsync(host.Services, "west", east)).ShouldBe(0, "the workspace is in the other database");
        await east.UntilAsync(Drained);
        await west.UntilAsync(Drained);
        await east.ShouldBeExactAsync();
        await west.ShouldBeExactAsync();
    }

    [Fact]
    public async Task An_engine_that_is_paused_does_not_stop_the_other()
    {
        await using var host = await StartAsync();
        await east.UntilAsync(Drained);
        await host.Services.GetRequiredKeyedService<IUsageEngine>("east").PauseAsync(Cancellation);
        await RecordAsync(host.Services, "east", east, 1);
        await RecordAsync(host.Services, "west", west, 2);
        await west.UntilAsync("select sum(input_tokens) = 2 from usage_rollup.hourly");
        (await east.PendingAsync()).ShouldBe(1);
        (await host.Services.GetRequiredKeyedService<IUsageEngine>("east").GetStatusAsync(Cancellation)).PausedSince.ShouldNotBeNull();
        (await host.Services.GetRequiredKeyedService<IUsageEngine>("west").GetStatusAsync(Cancellation)).PausedSince.ShouldBeNull();
    }

    [Fact]
    public async Task Each_engine_has_a_health_check_of_its_own()
    {
        await using var host = await StartAsync();
        await east.UntilAsync(Drained);
        await west.UntilAsync(Drained);
        await west.ExecuteAsync("drop schema usage_rollup cascade");
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancellation);
        report.Entries.Keys.ShouldBe(["usage:east", "usage:west"], ignoreOrder: true);
        report.Entries["usage:east"].Status.ShouldBe(HealthStatus.Healthy);
        report.Entries["usage:west"].Data.Keys.ShouldBe(["schema_missing"]);
    }

    [Fact]
    public async Task Metrics_say_which_engine_they_are_of()
    {
        await using var host = await StartAsync();
        await RecordAsync(host.Services, "east", east, 5);
        await RecordAsync(host.Services, "west", west, 5);
        await west.ExecuteAsync("update usage_rollup.control set paused_at = now()");
        using HttpClient client = new() { BaseAddress = new(host.Urls.Single()) };
        string scraped;
        do
        {
            scraped = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Cancellation);
        }
        while (Series(scraped, "usage_paused", "west") != "1");

        Series(scraped, "usage_paused", "east").ShouldBe("0");
        Series(scraped, "usage_recording_duration_seconds_count", "east").ShouldBe("1");
        Series(scraped, "usage_recording_duration_seconds_count", "west").ShouldBe("1");
    }

    [Fact]
    public async Task An_engine_uses_the_data_source_with_its_key()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton(west.DataSource);
        builder.Services.AddKeyedSingleton("east", east.DataSource);
        builder.Services.AddUsageEngine();
        builder.Services.AddKeyedUsageEngine("east");
        using var host = builder.Build();
        await host.StartAsync(Cancellation);
        await RecordAsync(host.Services, "east", east, 3);
        await east.UntilAsync("select sum(input_tokens) = 3 from usage_rollup.hourly");
        await host.StopAsync(Cancellation);
        (await west.ScalarAsync<long>("select count(*) from public.task_usage")).ShouldBe(0);
        host.Services.GetRequiredService<IUsageEngine>().ShouldNotBeSameAs(host.Services.GetRequiredKeyedService<IUsageEngine>("east"));
    }

    private async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Services.AddKeyedUsageEngine("east", options => options.ConnectionString = east.ConnectionString);
        builder.Services.AddKeyedUsageEngine("west", options => options.ConnectionString = west.ConnectionString);
        builder.Services.AddHealthChecks().AddKeyedUsage("east").AddKeyedUsage("west");
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter("Usage.Engine").AddPrometheusExporter());
        var host = builder.Build();
        host.MapPrometheusScrapingEndpoint();
        await host.StartAsync(Cancellation);
        return host;
    }

    private static async Task RecordAsync(IServiceProvider services, string key, TestDatabase database, long tokens) =>
        await services.GetRequiredKeyedService<IUsageRecorder>(key).RecordAsync(
            await database.Seed.LoneTask(), [new("openai", "gpt-5", tokens)], Cancellation);

    private static async Task<decimal> TokensAsync(IServiceProvider services, string key, TestDatabase database)
    {
        var workspace = await database.ScalarAsync<Guid>("select id from public.workspace");
        var window = ReportWindow.LastDays(2, NodaTime.Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()), NodaTime.DateTimeZone.Utc);
        var report = await services.GetRequiredKeyedService<IUsageReports>(key).WorkspaceTotalAsync(
            workspace, window, options: new(Fresh: true), cancellationToken: Cancellation);
        return report.Rows.Sum(row => row.InputTokens);
    }

    /// <summary>The value of a series of an engine in a scrape; null if there is none.</summary>
    private static string? Series(string scraped, string name, string engine) => scraped.Split('\n')
        .Where(line => line.StartsWith(name + '{', StringComparison.Ordinal) && line.Contains($"usage_engine=\"{engine}\"", StringComparison.Ordinal))
        .Select(line => line.Split(' ')[1]).FirstOrDefault();
}
