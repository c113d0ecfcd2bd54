using System.Net;
using Microsoft.AspNetCore.Builder;
using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Http;

/// <summary>Slow callers, and callers with many concurrent requests, only affect themselves.</summary>
public sealed class SlowRecordingTests(HttpFixture fixture) : HttpTests(fixture)
{
    private const string Good = """{"usage":[{"provider":"openai","model":"slow","input_tokens":5}]}""";
    private const int SlowPosters = 16;

    [Theory]
    [InlineData("/api/usage/batch")]
    [InlineData("/api/tasks/{0}/usage")]
    public async Task Slow_posters_with_a_token_for_no_workspace_do_not_delay_a_good_recording(string route)
    {
        var task = await NewTaskAsync();
        var path = string.Format(System.Globalization.CultureInfo.InvariantCulture, route, task);
        var token = HttpFixture.Token(Guid.NewGuid(), ["usage.write"], []);
        List<RawConnection> posters = [];
        try
        {
            for (var poster = 0; poster < SlowPosters; poster++)
            {
                posters.Add(await PostSlowlyAsync(Fixture.Address, token, path));
            }

            using var writer = Fixture.Writer(Mine.Workspace);
            (await PostAsync(writer, $"api/tasks/{task}/usage", Good)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

            posters.ShouldAllBe(poster => poster.IsUnanswered, "the good one was stored while all of them were still sending");
        }
        finally
        {
            foreach (var poster in posters)
            {
                await poster.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task A_body_that_does_not_arrive_in_time_is_a_408_even_if_it_arrives_steadily()
    {
        await using var host = await StartAsync(("BodyTimeout", "00:00:01"));
        await using var poster = await RawConnection.OpenAsync(new(host.Urls.Single()), Cancellation);
        await poster.SendHeadAsync(
            $"/api/tasks/{await NewTaskAsync()}/usage", Token(Mine.Workspace), "Content-Length: 20000", Cancellation);
        for (var sent = 0; sent < 20_000 && poster.IsUnanswered; sent += 100)
        {
            await poster.SendAsync(new string(' ', 100), Cancellation);
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancellation);
        }

        var answer = await poster.AnswerAsync(Cancellation);
        answer.Status.ShouldBe(408);
        answer.Head.ShouldContain("Connection: close");
        answer.Body.ShouldContain("1 s");
    }

    [Fact]
    public async Task A_caller_whose_recordings_wait_for_a_lock_leaves_room_for_others()
    {
        var (held, free) = (await NewTaskAsync(), await NewTaskAsync());
        await using var lockHolder = await OpenTransaction.BeginAsync(Database);
        await lockHolder.ExecuteAsync("select from public.agent_task_queue where id = @held for update", new { held });
        await using var host = await StartAsync(("ConcurrentRecordings", "4"), ("ConcurrentRecordingsPerCaller", "3"));
        using var one = Client(host, Token(Mine.Workspace));
        using var other = Client(host, Token(Mine.Workspace));
        var waiting = Enumerable.Range(0, 8).Select(_ => PostAsync(one, $"api/tasks/{held}/usage", Good)).ToList();
        await Database.UntilAsync("""
            select count(*) = 3 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
            """);

        (await PostAsync(other, $"api/tasks/{free}/usage", Good)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        waiting.ShouldAllBe(post => !post.IsCompleted);

        await lockHolder.RollbackAsync();
        (await Task.WhenAll(waiting)).ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_caller_over_its_limit_of_open_requests_gets_Retry_After_and_others_do_not()
    {
        var task = await NewTaskAsync();
        await using var host = await StartAsync(("OpenRecordingsPerCaller", "2"));
        var token = Token(Mine.Workspace);
        await using var first = await PostSlowlyAsync(new(host.Urls.Single()), token, $"/api/tasks/{task}/usage");
        await using var second = await PostSlowlyAsync(new(host.Urls.Single()), token, "/api/usage/batch");

        using var same = Client(host, token);
        var refused = await PostAsync(same, $"api/tasks/{task}/usage", Good);
        await ErrorsAsync(refused, HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
        using var other = Client(host, Token(Mine.Workspace));
        (await PostAsync(other, $"api/tasks/{task}/usage", Good)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    /// <summary>Sends headers and waits until the server reads the body, of which it sends at most one byte.</summary>
    private static async Task<RawConnection> PostSlowlyAsync(Uri address, string token, string path)
    {
        var poster = await RawConnection.OpenAsync(address, Cancellation);
        await poster.SendHeadAsync(path, token, "Content-Length: 100\r\nExpect: 100-continue", Cancellation);
        await poster.UntilBodyIsReadAsync(Cancellation);
        await poster.SendAsync("{", Cancellation);
        return poster;
    }

    private static string Token(Guid workspace) => HttpFixture.Token(Guid.NewGuid(), ["usage.write"], [workspace]);

    private static HttpClient Client(WebApplication host, string token)
    {
        HttpClient client = new() { BaseAddress = new(host.Urls.Single()), Timeout = TimeSpan.FromSeconds(30) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return client;
    }

    private Task<WebApplication> StartAsync(params (string Name, string? Value)[] settings) =>
        HttpFixture.StartAsync(Database, settings.ToDictionary(setting => $"Usage:Http:{setting.Name}", setting => setting.Value));

    private Task<Guid> NewTaskAsync() => Database.Seed.AgentTask(Mine.Agent, Mine.Issue, Mine.Runtime);
}
