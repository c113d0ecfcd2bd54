using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace Usage.Tests.Integration.Http;

public sealed class OutageTests(HttpFixture fixture) : HttpTests(fixture)
{
    private static readonly string[] Posts =
    [
        "api/usage/drain", "api/usage/backfill", "api/usage/verify", "api/usage/pause", "api/usage/resume",
    ];

    [Fact]
    public async Task While_the_database_is_unavailable_every_route_is_a_503_with_one_log_line_and_works_again_afterwards()
    {
        await using var relay = Relay.To(Database);
        await using var app = await HttpFixture.StartAsync(
            Database, new() { ["Logging:LogLevel:Default"] = "Warning" }, relay.ConnectionString);
        LogLines log = new();
        app.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        using HttpClient client = new() { BaseAddress = new(app.Urls.Single()) };
        client.DefaultRequestHeaders.Authorization =
            new("Bearer", HttpFixture.Token(Mine.Member, ["usage.write", "usage.admin"], [Mine.Workspace]));
        (await GetAsync(client, Mine.Reads[0])).StatusCode.ShouldBe(HttpStatusCode.OK);

        relay.Cut();
        await CheckAwayAsync(client);
        log.Lines.ShouldHaveSingleItem().ShouldStartWith("Usage.AspNetCore: Warning: ");
        log.Lines.Single().ShouldNotContain("   at ");

        relay.Restore();
        (await GetAsync(client, Mine.Reads[0])).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await GetAsync(client, "api/usage/status")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_host_that_embeds_the_endpoints_answers_the_same_without_a_handler_of_its_own()
    {
        await using var relay = Relay.To(Database);
        await using var database = Database.Connect(connection => connection.ConnectionString = relay.ConnectionString);
        await using var app = EmbeddedHost.Build(database, services => services.AddBadges());
        await app.StartAsync(Cancellation);
        using var client = app.Client(Mine.Member);
        (await GetAsync(client, Mine.Reads[0])).StatusCode.ShouldBe(HttpStatusCode.OK);
        relay.Cut();
        await CheckAwayAsync(client);
    }

    private async Task CheckAwayAsync(HttpClient client)
    {
        foreach (var route in (string[])[.. Mine.Reads, "api/usage/status"])
        {
            await CheckAsync(await GetAsync(client, route), route);
        }

        foreach (var route in Posts)
        {
            await CheckAsync(await PostAsync(client, route, null), route);
        }

        const string entries = """[{"provider":"p","model":"m"}]""";
        await CheckAsync(await PostAsync(client, $"api/tasks/{Mine.Task}/usage", $$"""{"usage":{{entries}}}"""), "recording");
        await CheckAsync(await PostAsync(
            client, "api/usage/batch", $$"""{"tasks":[{"task_id":"{{Mine.Task}}","usage":{{entries}}}]}"""), "batch");
    }

    private static async Task CheckAsync(HttpResponseMessage answer, string route)
    {
        await ErrorsAsync(answer, HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter.ShouldNotBeNull(route);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        text.ShouldNotContain("Npgsql", customMessage: route);
        text.ShouldNotContain("127.0.0.1", customMessage: route);
    }

    private sealed class LogLines : ILoggerProvider
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, Lines);

        public void Dispose()
        {
        }

        private sealed class Logger(string category, ConcurrentQueue<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

            public void Log<TState>(
                LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                if (IsEnabled(logLevel))
                {
                    lines.Enqueue($"{category}: {logLevel}: {formatter(state, exception)} {exception}".TrimEnd());
                }
            }
        }
    }
}
