using System.Net;
using Microsoft.AspNetCore.Builder;
using Npgsql;
using Shouldly;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Http;

/// <summary>A lock blocks reads of a workspace for as long as a test needs.</summary>
public sealed class ConcurrentReadTests(HttpFixture fixture) : HttpTests(fixture)
{
    private const string Usage = """{"usage":[{"provider":"p","model":"m"}]}""";

    private const string HeldSql = """
        select count(*) = @held from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like '%public.workspace%'
        """;

    private string Heatmap => $"api/workspaces/{Mine.Workspace}/usage/heatmap?days=365&tz=Asia/Kolkata";

    [Fact]
    public async Task One_caller_with_many_connections_uses_only_its_share_of_the_database()
    {
        await using var app = await StartAsync(new() { ["LongestReadWait"] = "00:05:00" });
        using var greedy = Client(app, Mine.Member);
        await using var held = await HoldReadsAsync();
        Task<HttpResponseMessage>[] answers = [.. Enumerable.Range(0, 200).Select(_ => GetAsync(greedy, Heatmap))];
        foreach (var refused in await FirstAsync(answers, 164))
        {
            await ErrorsAsync(refused, HttpStatusCode.TooManyRequests);
            refused.Headers.RetryAfter.ShouldNotBeNull();
        }

        await Database.UntilAsync(HeldSql, new { held = 4 });
        using var other = Client(app, Theirs.Member);
        (await GetAsync(other, $"api/tasks/{Theirs.Task}/usage")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await RecordAsync(app);

        await held.RollbackAsync();
        (await Task.WhenAll(answers)).Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBe(36);
    }

    [Fact]
    public async Task When_many_callers_read_further_ones_get_Retry_After_and_recording_continues()
    {
        await using var app = await StartAsync(new() { ["ConcurrentReads"] = "3", ["WaitingReads"] = "0" });
        await CheckNextIsRefusedAsync(app, 3);
    }

    [Fact]
    public async Task Reads_leave_half_of_a_small_pool_for_everything_else()
    {
        NpgsqlConnectionStringBuilder small = new(Database.ConnectionString) { MaxPoolSize = 4 };
        await using var app = await HttpFixture.StartAsync(Database, new() { ["Usage:Http:WaitingReads"] = "0" }, small.ConnectionString);
        await CheckNextIsRefusedAsync(app, 2);
    }

    [Fact]
    public async Task The_limits_apply_in_a_host_without_its_own_rate_limiter()
    {
        await using var app = EmbeddedHost.Build(
            Database.DataSource, services => services.AddBadges(),
            limits => (limits.ConcurrentReadsPerCaller, limits.WaitingReadsPerCaller) = (1, 0));
        await app.StartAsync(Cancellation);
        using var reader = app.Client(Mine.Member);
        await using var held = await HoldReadsAsync();
        var first = GetAsync(reader, Heatmap);
        await Database.UntilAsync(HeldSql, new { held = 1 });
        await ErrorsAsync(await GetAsync(reader, Heatmap), HttpStatusCode.TooManyRequests);
        await held.RollbackAsync();
        (await first).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await GetAsync(reader, Heatmap)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_read_is_queued_up_to_the_limit()
    {
        await using var app = await StartAsync(new() { ["ConcurrentReadsPerCaller"] = "1", ["LongestReadWait"] = "00:00:00.2" });
        using var reader = Client(app, Mine.Member);
        await using var held = await HoldReadsAsync();
        var first = GetAsync(reader, Heatmap);
        await Database.UntilAsync(HeldSql, new { held = 1 });
        await ErrorsAsync(await GetAsync(reader, Heatmap), HttpStatusCode.TooManyRequests);
        await held.RollbackAsync();
        (await first).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Reads_that_drain_first_are_fewer()
    {
        await using var app = await StartAsync(new() { ["ConcurrentFreshReadsPerCaller"] = "1", ["LongestReadWait"] = "00:00:00.2" });
        using var reader = Client(app, Mine.Member);
        await using var held = await HoldReadsAsync();
        var first = GetAsync(reader, Heatmap + "&fresh=true");
        await Database.UntilAsync(HeldSql, new { held = 1 });
        await ErrorsAsync(await GetAsync(reader, Heatmap + "&fresh=true"), HttpStatusCode.TooManyRequests);
        var plain = GetAsync(reader, Heatmap);
        await Database.UntilAsync(HeldSql, new { held = 2 });
        await held.RollbackAsync();
        (await first).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await plain).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private async Task CheckNextIsRefusedAsync(WebApplication app, int most)
    {
        List<HttpClient> readers = [];
        for (var number = 0; number < most; number++)
        {
            readers.Add(Client(app, await NewMemberAsync()));
        }

        using var next = Client(app, await NewMemberAsync());
        await using var held = await HoldReadsAsync();
        Task<HttpResponseMessage>[] answers = [.. readers.Select(reader => GetAsync(reader, Heatmap))];
        await Database.UntilAsync(HeldSql, new { held = most });
        var refused = await GetAsync(next, Heatmap);
        await ErrorsAsync(refused, HttpStatusCode.ServiceUnavailable);
        refused.Headers.RetryAfter.ShouldNotBeNull();
        await RecordAsync(app);

        await held.RollbackAsync();
        (await Task.WhenAll(answers)).ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);
        readers.ForEach(reader => reader.Dispose());
        (await GetAsync(next, Heatmap)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private async Task RecordAsync(WebApplication app)
    {
        using HttpClient writer = new() { BaseAddress = new(app.Urls.Single()) };
        writer.DefaultRequestHeaders.Authorization = new("Bearer", HttpFixture.Token(Guid.NewGuid(), ["usage.write"], [Theirs.Workspace]));
        (await PostAsync(writer, $"api/tasks/{Theirs.Task}/usage", Usage)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    private async Task<Guid> NewMemberAsync()
    {
        var user = await Database.Seed.User();
        await Database.Seed.Member(Mine.Workspace, user);
        return user;
    }

    private async Task<OpenTransaction> HoldReadsAsync()
    {
        var held = await OpenTransaction.BeginAsync(Database);
        await held.ExecuteAsync("lock table public.workspace in access exclusive mode");
        return held;
    }

    private Task<WebApplication> StartAsync(Dictionary<string, string?> limits) =>
        HttpFixture.StartAsync(Database, limits.ToDictionary(limit => $"Usage:Http:{limit.Key}", limit => limit.Value));

    private static HttpClient Client(WebApplication app, Guid user)
    {
        HttpClient client = new() { BaseAddress = new(app.Urls.Single()) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", HttpFixture.Token(user));
        return client;
    }

    private static async Task<IReadOnlyList<HttpResponseMessage>> FirstAsync(IEnumerable<Task<HttpResponseMessage>> answers, int count)
    {
        List<HttpResponseMessage> first = [];
        await foreach (var answer in Task.WhenEach(answers).WithCancellation(Cancellation))
        {
            first.Add(await answer);
            if (first.Count == count)
            {
                break;
            }
        }

        return first;
    }
}
