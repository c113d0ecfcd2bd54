using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Shouldly;
using Usage.Dashboard.Live;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Dashboard;

public sealed class WorkspacePollTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const int Viewers = 200;

    private readonly FakeTimeProvider time = new();
    private readonly ConcurrentQueue<Activity> statements = [];
    private TestDatabase database = null!;
    private ActivityListener listener = null!;
    private WebApplication app = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        database = await postgres.CreateDatabaseAsync();
        var name = new NpgsqlConnectionStringBuilder(database.ConnectionString).Database;
        listener = new()
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.GetTagItem("db.namespace") as string == name && activity.GetTagItem("db.query.text") is not null)
                {
                    statements.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        app = DashboardHost.Build(database, configure: services => services.AddSingleton<TimeProvider>(time));
    }

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await app.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task All_viewers_of_a_workspace_share_one_look_at_the_database()
    {
        var workspace = await database.Seed.Workspace();
        var feed = app.Services.GetRequiredService<WorkspaceFeed>();
        using CancellationTokenSource leave = new();
        statements.Clear();
        var viewers = Enumerable.Range(0, Viewers).Select(_ => feed.WatchAsync(workspace, TimeSpan.FromHours(1), leave.Token).GetAsyncEnumerator(leave.Token)).ToArray();
        foreach (var viewer in viewers)
        {
            (await viewer.MoveNextAsync()).ShouldBeTrue();
        }

        var steps = await AdvanceUntilAsync(() => Looks() >= 12);
        Looks().ShouldBeLessThanOrEqualTo(steps + 1);
        // The buckets are looked at once, as nothing was drained since, and the engine's state now and then.
        statements.Count.ShouldBeLessThanOrEqualTo((2 * steps) + 8);
        await leave.CancelAsync();
        foreach (var viewer in viewers)
        {
            (await viewer.MoveNextAsync()).ShouldBeFalse();
        }

        feed.Count.ShouldBe(1, "whoever follows a link comes back");
        time.Advance(TimeSpan.FromSeconds(19));
        feed.VersionOf(workspace).ShouldNotBeNull();
        time.Advance(TimeSpan.FromSeconds(1));
        await AdvanceUntilAsync(() => feed.Count == 0);
    }

    [Fact]
    public async Task A_viewer_who_comes_back_finds_the_same_watch()
    {
        var workspace = await database.Seed.Workspace();
        var feed = app.Services.GetRequiredService<WorkspaceFeed>();
        var version = await VisitAsync();
        time.Advance(TimeSpan.FromSeconds(15));
        (await VisitAsync()).ShouldBe(version);
        time.Advance(TimeSpan.FromSeconds(15));
        feed.VersionOf(workspace).ShouldBe(version, "the second visit counts, not the first");

        async Task<string> VisitAsync()
        {
            using CancellationTokenSource leave = new();
            await using var viewer = feed.WatchAsync(workspace, TimeSpan.FromHours(1), leave.Token).GetAsyncEnumerator(leave.Token);
            (await viewer.MoveNextAsync()).ShouldBeTrue();
            var seen = viewer.Current.Data;
            await leave.CancelAsync();
            (await viewer.MoveNextAsync()).ShouldBeFalse();
            return seen;
        }
    }

    [Fact]
    public async Task A_watch_belongs_to_no_viewers_request()
    {
        var workspace = await database.Seed.Workspace();
        var feed = app.Services.GetRequiredService<WorkspaceFeed>();
        using CancellationTokenSource leave = new();
        statements.Clear();
        using Activity request = new("request of the first viewer");
        request.Start();
        await using var viewer = feed.WatchAsync(workspace, TimeSpan.FromHours(1), leave.Token).GetAsyncEnumerator(leave.Token);
        (await viewer.MoveNextAsync()).ShouldBeTrue();
        await AdvanceUntilAsync(() => statements.Count >= 4);
        statements.ShouldAllBe(statement => statement.TraceId != request.TraceId);
        await leave.CancelAsync();
        (await viewer.MoveNextAsync()).ShouldBeFalse();
    }

    private int Looks() => statements.Count(statement => ((string)statement.GetTagItem("db.query.text")!).Contains("total_rows + total_hours", StringComparison.Ordinal));

    /// <summary>Lets time pass, a look's pause at a time.</summary>
    /// <returns>How often.</returns>
    private async Task<int> AdvanceUntilAsync(Func<bool> condition)
    {
        var steps = 0;
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        for (; !condition(); steps++)
        {
            time.Advance(TimeSpan.FromMilliseconds(700));
            await timer.WaitForNextTickAsync(Cancellation);
        }

        return steps;
    }
}
