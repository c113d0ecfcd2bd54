using Microsoft.Extensions.Options;
using NodaTime;
using Npgsql;
using Shouldly;
using Usage.Engine;
using Usage.Engine.Database;
using Usage.Engine.Marks;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Maintenance;

/// <summary>If the failing agent can't be identified, the whole hour is set aside, and only that hour.</summary>
public sealed class SetAsideHourTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Poison = """
        create function public.poison() returns trigger language plpgsql as $$
        begin
            {0}
            return new;
        end
        $$;
        create trigger poison before insert on usage_rollup.hourly for each row
            when (new.bucket_hour = '2026-03-01 03:00:00+00') execute function public.poison();
        """;

    private static readonly Instant FirstHour = Instant.FromUtc(2026, 3, 1, 0, 10);

    private TestDatabase database = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Faults { get; } = new()
    {
        { "raise exception 'out of range' using errcode = '22003';", "22003: out of range" },
        { "perform pg_sleep(60);", "57014: " },
    };

    public async ValueTask InitializeAsync()
    {
        database = await postgres.CreateDatabaseAsync();
        for (var hour = 0; hour < 12; hour++)
        {
            await database.Seed.UsageRow(await database.Seed.LoneTask(), createdAt: FirstHour + Duration.FromHours(hour));
        }
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Theory, MemberData(nameof(Faults))]
    public async Task An_hour_that_fails_alone_by_its_data_or_by_its_time_is_set_aside_and_all_others_are_drained(
        string fault, string error)
    {
        await PoisonAsync(fault);
        await using var engine = Engine();
        (await engine.Engine.DrainAsync(cancellationToken: Cancellation))
            .ShouldSatisfyAllConditions(result => result.Hours.ShouldBe(11), result => result.Failed.ShouldBe(1));

        var setAside = (await engine.Engine.GetStatusAsync(Cancellation)).SetAside.ShouldHaveSingleItem();
        (setAside.BucketHour, setAside.AgentId).ShouldBe((Instant.FromUtc(2026, 3, 1, 3, 0), null));
        setAside.Error.ShouldStartWith(error);
        (await database.MarksAsync()).ShouldHaveSingleItem().TaskId.ShouldNotBeNull("its marks are as they were");

        await database.ExecuteAsync(
            "drop trigger poison on usage_rollup.hourly; update usage_rollup.set_aside set retry_at = clock_timestamp()");
        await engine.Engine.DrainAsync(cancellationToken: Cancellation);
        await database.ShouldBeExactAsync();
    }

    [Fact]
    public async Task A_due_hour_is_recomputed_as_a_whole_by_a_drain_that_sees_only_its_newest_mark()
    {
        await PoisonAsync("raise exception 'out of range' using errcode = '22003';");
        await using var engine = Engine();
        await engine.Engine.DrainAsync(cancellationToken: Cancellation);
        IdlePoll poll = new(database.DataSource, TimeProvider.System);
        var state = await poll.PollAsync(Cancellation);
        (await engine.RoundAsync(Cancellation)).Empty.ShouldBeTrue();
        poll.FoundNothing(state);

        await database.ExecuteAsync(
            "drop trigger poison on usage_rollup.hourly; update usage_rollup.set_aside set retry_at = clock_timestamp()");
        await database.Seed.UsageRow(await database.Seed.LoneTask(), createdAt: FirstHour + Duration.FromHours(3));
        (await engine.RoundAsync(poll.Horizon, Cancellation)).Result.Marks.ShouldBe(1);
        (await database.ScalarAsync<long>("select count(*) from usage_rollup.set_aside")).ShouldBe(0);
        (await database.DriftAsync()).ShouldBe(0, "the hour's older mark is made up for");
    }

    /// <summary>An exhausted pool says nothing about the hour to be drained.</summary>
    [Fact]
    public async Task A_connection_that_is_not_available_in_time_is_not_blamed_on_the_hour()
    {
        await using var source = database.Connect(builder => (builder.MaxPoolSize, builder.Timeout) = (1, 1));
        await using var taken = await source.OpenConnectionAsync(Cancellation);
        DrainSession session = new(Options.Create(new UsageEngineOptions()));
        var error = await Should.ThrowAsync<NpgsqlException>(() => DrainSession.OpenAsync(source, Cancellation));
        Failure.IsTimeout(error.InnerException!).ShouldBeTrue("as the pool says it, it looks like a statement that took too long");
        (Failure.IsOfTheWork(error), Failure.IsTransient(error)).ShouldBe((false, true));
    }

    private Task<int> PoisonAsync(string fault) => database.ExecuteAsync(Poison.Replace("{0}", fault, StringComparison.Ordinal));

    /// <summary>An engine with a short statement timeout and late retries.</summary>
    private TestEngine Engine() => TestEngine.On(
        database, configure: options => options.MinBackoff = TimeSpan.FromHours(1),
        address: builder => builder.Options = "-c statement_timeout=1000");
}
