using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Shouldly;
using Usage.Tests.Integration.Cli;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Diagnostics;

/// <summary>What a Prometheus server reads from the running program, and what the dashboard and the alert rules ask of it.</summary>
public sealed partial class ScrapeTests(PostgresFixture postgres)
{
    /// <summary>Labels that Prometheus adds itself.</summary>
    private static readonly string[] OwnLabels = ["job", "instance"];

    private static readonly Uri Metrics = new("/metrics", UriKind.Relative);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("grafana/usage.json")]
    [InlineData("prometheus/usage.rules.yml")]
    public async Task Every_metric_and_label_that_is_asked_for_is_in_a_scrape_of_the_running_program(string document)
    {
        var text = await File.ReadAllTextAsync(Document(document), Cancellation);
        var labels = AskedLabels().Matches(text).SelectMany(match => match.Groups["label"].Captures.Select(capture => capture.Value))
            .Except(OwnLabels).Distinct().ToList();
        var metrics = Names().Matches(text).Select(match => match.Value).Except(labels).Distinct().ToList();
        metrics.Count.ShouldBeGreaterThan(8);
        labels.Count.ShouldBeGreaterThan(2);

        var scraped = await ScrapeAsync();

        var names = ScrapedMetrics().Matches(scraped).Select(match => match.Value).ToHashSet();
        metrics.Where(metric => !names.Contains(metric)).ShouldBeEmpty(scraped);
        labels.Where(label => !scraped.Contains($"{label}=\"", StringComparison.Ordinal)).ShouldBeEmpty(scraped);
    }

    [Fact]
    public async Task No_label_holds_an_id_or_a_name_of_the_data()
    {
        var scraped = await ScrapeAsync();
        // The exporter names the process by an id of its own.
        scraped.Split('\n').Where(line => !line.StartsWith("target_info", StringComparison.Ordinal) && Guids().IsMatch(line)).ShouldBeEmpty();
        scraped.ShouldNotContain("Host=");
        scraped.ShouldNotContain("a-model-of-the-test");
    }

    [Fact]
    public async Task Metrics_are_there_only_when_they_are_asked_for_and_with_authentication_for_operators()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var (closed, closedAddress) = await UsageProgram.ServeAsync(database);
        await using (closed)
        {
            using HttpClient client = new() { BaseAddress = closedAddress };
            (await client.GetAsync(Metrics, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }

        const string Key = "a-secret-of-the-test-that-is-long-enough-for-HS256";
        string[] settings =
        [
            "--set", "Usage:Auth:Mode=Jwt", "--set", $"Usage:Auth:SigningKey={Key}", "--set", "Usage:Metrics:Prometheus=true",
        ];
        var (server, address) = await UsageProgram.ServeAsync(database, settings);
        await using (server)
        {
            using HttpClient client = new() { BaseAddress = address };
            (await client.GetAsync(Metrics, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            client.DefaultRequestHeaders.Authorization = new("Bearer", await TokenAsync(database, settings, "usage.write"));
            (await client.GetAsync(Metrics, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            client.DefaultRequestHeaders.Authorization = new("Bearer", await TokenAsync(database, settings, "usage.admin"));
            (await client.GetAsync(Metrics, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        var (open, openAddress) = await UsageProgram.ServeAsync(database, [.. settings, "--set", "Usage:Metrics:Anonymous=true"]);
        await using (open)
        {
            using HttpClient client = new() { BaseAddress = openAddress };
            (await client.GetAsync(Metrics, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }

    /// <summary>A scrape of a program that has drained, recorded and reported, and failed at each.</summary>
    private async Task<string> ScrapeAsync()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var (server, address) = await UsageProgram.ServeAsync(database, "--set", "Usage:Metrics:Prometheus=true");
        await using var _ = server;
        using HttpClient client = new() { BaseAddress = address };
        var task = await database.Seed.LoneTask();
        var workspace = await database.ScalarAsync<Guid>("select id from public.workspace");
        var usage = new Uri($"/api/tasks/{task}/usage", UriKind.Relative);
        var report = new Uri($"/api/workspaces/{workspace}/usage/daily", UriKind.Relative);
        (await client.PostAsJsonAsync(
            usage, new { usage = new[] { new { provider = "p", model = "a-model-of-the-test", input_tokens = 1 } } }, Cancellation)).EnsureSuccessStatusCode();
        await database.UntilAsync("select count(*) = 1 from usage_rollup.hourly");
        (await client.GetAsync(report, Cancellation)).EnsureSuccessStatusCode();
        await database.UntilAsync("select complete from usage_rollup.status");
        (await client.PostAsync(new Uri("/api/usage/verify", UriKind.Relative), content: null, Cancellation)).EnsureSuccessStatusCode();
        await database.Seed.UsageRow(task, input: long.MaxValue, model: "x", provider: "p");
        await database.Seed.UsageRow(task, input: long.MaxValue, model: "x", provider: "P");
        await database.UntilAsync("select exists (select from usage_rollup.set_aside)");

        // All three fail, with an error of their own.
        await database.ExecuteAsync("alter table public.task_usage rename column model to hidden");
        (await client.GetAsync(report, Cancellation)).IsSuccessStatusCode.ShouldBeFalse();
        (await client.PostAsJsonAsync(usage, new { usage = new[] { new { provider = "p", model = "m" } } }, Cancellation)).IsSuccessStatusCode.ShouldBeFalse();
        await database.ExecuteAsync("insert into usage_rollup.dirty (bucket_hour) values (now())");
        return await UntilAsync(client, [
            "usage_marks_pending", "usage_verify_drift", "usage_drain_duration_seconds_count{otel_scope_name=\"Usage.Engine\",error_type"]);
    }

    private static async Task<string> UntilAsync(HttpClient client, string[] needed)
    {
        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        while (true)
        {
            var scraped = await client.GetStringAsync(Metrics, Cancellation);
            if (needed.All(each => scraped.Contains(each, StringComparison.Ordinal)))
            {
                return scraped;
            }

            time.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(60), scraped);
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, Cancellation);
        }
    }

    private static async Task<string> TokenAsync(TestDatabase database, string[] settings, string scope) =>
        (await UsageProgram.RunAsync(database, ["token", "--scope", scope, .. settings])).ShouldExitWith(0).Output.Trim();

    private static string Document(string name, [CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", name));

    /// <summary>Metrics, and labels, which begin the same.</summary>
    [GeneratedRegex(@"\busage_[a-z_]+\b")]
    private static partial Regex Names();

    [GeneratedRegex(@"\bby \(((?<label>\w+)(, )?)+\)|(?<label>\b(error_type|usage_\w+))!?=|\{\{(?<label>\w+)\}\}")]
    private static partial Regex AskedLabels();

    [GeneratedRegex(@"^usage_\w+", RegexOptions.Multiline)]
    private static partial Regex ScrapedMetrics();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Guids();
}
