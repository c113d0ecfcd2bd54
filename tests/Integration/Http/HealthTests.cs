using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Shouldly;
using Usage.Engine.Health;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Http;

/// <summary>All states of <c>/health/ready</c>, without a token.</summary>
public sealed class HealthTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase database = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        database = await postgres.CreateDatabaseAsync();
        await database.ExecuteAsync("insert into usage_rollup.replica (name, heartbeat_at) values ('a loop', now())");
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task A_working_engine_is_healthy_without_findings()
    {
        var (status, answer) = await ReadyAsync();
        status.ShouldBe(HttpStatusCode.OK);
        answer.GetProperty("status").GetString().ShouldBe("healthy");
        answer.GetProperty("findings").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("heartbeat_missing", "truncate usage_rollup.replica", null)]
    [InlineData("heartbeat_old", "update usage_rollup.replica set heartbeat_at = now() - interval '2 hours'", "heartbeat_age_seconds")]
    [InlineData("drain_failing", "update usage_rollup.replica set failures = 3", "failures")]
    [InlineData(
        "marks_old", "insert into usage_rollup.dirty (enqueued_at) values (now() - interval '1 hour')", "oldest_mark_age_seconds")]
    [InlineData(
        "set_aside", "insert into usage_rollup.set_aside (bucket_hour, error, retry_at) values (now(), 'secret', now())", "set_aside")]
    [InlineData("paused", "update usage_rollup.control set paused_at = now()", "paused_seconds")]
    [InlineData("trigger_broken", "drop trigger usage_rollup_insert on public.task_usage", "triggers")]
    [InlineData("trigger_broken", "alter table public.issue disable trigger all", "triggers")]
    [InlineData(
        "partition_changed", "insert into usage_rollup.followed_table (relation, name) values ('public.issue', 'public.task_usage_p0')", "partitions")]
    [InlineData(
        "drift_found",
        "insert into usage_rollup.verification (replica, scheduled, started_at, raw_rows, buckets, drift_count) values ('secret', true, now(), 9, 5, 3)",
        "drift")]
    public async Task What_is_not_as_it_should_be_is_degraded_and_still_200(string name, string change, string? figure)
    {
        await database.ExecuteAsync(change);
        var (status, answer) = await ReadyAsync();
        status.ShouldBe(HttpStatusCode.OK);
        answer.GetProperty("status").GetString().ShouldBe("degraded");
        var finding = answer.GetProperty("findings").EnumerateArray().ShouldHaveSingleItem();
        finding.GetProperty("name").GetString().ShouldBe(name);
        finding.GetProperty("status").GetString().ShouldBe("degraded");
        finding.GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
        finding.GetProperty("data").EnumerateObject().Select(each => each.Name).ShouldBe(figure is null ? [] : [figure]);
        answer.GetRawText().ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("drop schema usage_rollup cascade", "schema_missing")]
    [InlineData("alter table usage_rollup.replica drop column failures", "schema_missing")]
    [InlineData(
        "drop function usage_rollup.lag_seconds; drop view usage_rollup.status; drop view usage_rollup.broken_trigger; "
        + "create view usage_rollup.broken_trigger as select 'a' as relation, (1 / (random() * 0)::integer)::text as name",
        "database_error")]
    public async Task A_missing_table_is_unhealthy_and_503(string change, string name)
    {
        await database.ExecuteAsync(change);
        var (status, answer) = await ReadyAsync();
        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("name").GetString())
            .ShouldBe([name]);
    }

    [Fact]
    public async Task Without_its_database_it_is_unhealthy_and_503_and_names_no_address()
    {
        await using var app = await HttpFixture.StartAsync(database, []);
        var name = new NpgsqlConnectionStringBuilder(database.ConnectionString).Database;
        await using var elsewhere = database.Connect(address => (address.Database, address.Pooling) = ("postgres", false));
        await using (var refuse = elsewhere.CreateCommand(
            $"alter database \"{name}\" with allow_connections false; select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = '{name}'"))
        {
            await refuse.ExecuteNonQueryAsync(Cancellation);
        }

        var (status, answer) = await ReadyAsync(app);
        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.GetProperty("status").GetString().ShouldBe("unhealthy");
        answer.GetProperty("findings").EnumerateArray().ShouldHaveSingleItem().GetProperty("name").GetString().ShouldBe("database_unreachable");
        answer.GetRawText().ShouldNotContain(name!);
    }

    [Fact]
    public async Task A_host_without_HTTP_has_the_same_check_and_reads_the_database_once_for_many_requests()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddUsageEngine(options => (options.ConnectionString, options.DrainInBackground, options.HeartbeatTimeout) =
            (database.ConnectionString, false, TimeSpan.FromHours(1)));
        builder.Services.AddHealthChecks().AddUsage();
        using var host = builder.Build();
        var health = host.Services.GetRequiredService<HealthCheckService>();
        var reports = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => health.CheckHealthAsync(Cancellation)));
        reports.ShouldAllBe(report => report.Status == HealthStatus.Healthy);
        (await database.ScalarAsync<long>(
            "select count(*) from pg_stat_activity where datname = current_database() and query like '%usage_rollup.changed_table%' and pid <> pg_backend_pid()"))
            .ShouldBe(1);

        await database.ExecuteAsync("update usage_rollup.control set paused_at = now()");
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        HealthReport paused;
        do
        {
            paused = await health.CheckHealthAsync(Cancellation);
        }
        while (paused.Status == HealthStatus.Healthy && time.GetElapsedTime(start) < TimeSpan.FromSeconds(30));

        paused.Entries["usage"].Data["paused"].ShouldBeOfType<UsageHealthFinding>().Status.ShouldBe(HealthStatus.Degraded);
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_unreachable_after_the_timeout()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddUsageEngine(options => (options.ConnectionString, options.DrainInBackground) = (database.ConnectionString, false));
        builder.Services.AddHealthChecks().AddUsage(timeout: TimeSpan.FromMilliseconds(200));
        using var host = builder.Build();
        await using var blocker = await database.DataSource.OpenConnectionAsync(Cancellation);
        await using var transaction = await blocker.BeginTransactionAsync(Cancellation);
        await using (NpgsqlCommand withhold = new("lock table usage_rollup.control in access exclusive mode", blocker))
        {
            await withhold.ExecuteNonQueryAsync(Cancellation);
        }

        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancellation);
        report.Status.ShouldBe(HealthStatus.Unhealthy);
        report.Entries["usage"].Data.Keys.ShouldBe(["database_unreachable"]);
    }

    [Fact]
    public async Task A_health_check_without_an_engine_reports_what_is_missing()
    {
        ServiceCollection services = new();
        services.AddLogging();
        services.AddHealthChecks().AddUsage();
        await using var provider = services.BuildServiceProvider();
        var health = provider.GetRequiredService<HealthCheckService>();
        (await Should.ThrowAsync<InvalidOperationException>(() => health.CheckHealthAsync(Cancellation))).Message.ShouldContain("AddUsageEngine");
    }

    private async Task<(HttpStatusCode Status, JsonElement Answer)> ReadyAsync()
    {
        // A test that stalls is not to make the loop look ended.
        await using var app = await HttpFixture.StartAsync(database, new() { ["Usage:HeartbeatTimeout"] = "01:00:00" });
        return await ReadyAsync(app);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Answer)> ReadyAsync(WebApplication app)
    {
        using HttpClient client = new() { BaseAddress = new(app.Urls.Single()) };
        using var response = await client.GetAsync(new Uri("/health/ready", UriKind.Relative), Cancellation);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation));
        return (response.StatusCode, document.RootElement.Clone());
    }
}
