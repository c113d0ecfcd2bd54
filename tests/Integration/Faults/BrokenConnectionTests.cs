using Npgsql;
using Usage.Engine.Diagnostics;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Usage.Tests.Integration.Http;
using Xunit;

namespace Usage.Tests.Integration.Faults;

/// <summary>A loop that loses its connections at any step of a drain, an expansion or a backfill.</summary>
[Trait("Category", "Faults")]
public sealed class BrokenConnectionTests(DatabaseFixture fixture, FaultTable ledger) : EngineTests(fixture)
{
    private const string Kill = "select count(pg_terminate_backend(pid, 10000)) from pg_stat_activity where application_name = @name";

    private FaultTrial Trial => new(Database, ledger);

    /// <summary>Every step of a change's drain, and those that a backfill has.</summary>
    public static TheoryData<string, bool> StepsOfBoth { get; } = new(
        from step in Enum.GetValues<DrainStep>()
        from backfill in (bool[])[false, true]
        where !backfill || step >= DrainStep.Picked
        select new TheoryDataRow<string, bool>(step.ToString(), backfill));

    [Theory, MemberData(nameof(StepsOfBoth))]
    public Task Backends_that_are_killed_lose_nothing(string stepName, bool backfill) => Trial.RunAsync(
        "backends killed", Enum.Parse<DrainStep>(stepName), backfill, (observer, name) => Start(observer, name, backfill, Database.ConnectionString),
        name => Database.ScalarAsync<long>(Kill, new { name }), Cancellation);

    [Theory, MemberData(nameof(StepsOfBoth))]
    public async Task Connections_that_are_cut_lose_nothing(string stepName, bool backfill)
    {
        var step = Enum.Parse<DrainStep>(stepName);
        await using var relay = Relay.To(Database);
        await Trial.RunAsync(
            "connections cut", step, backfill, (observer, name) => Start(observer, name, backfill, relay.ConnectionString),
            _ =>
            {
                relay.Break();
                return Task.CompletedTask;
            },
            Cancellation);
    }

    internal static TestEngine Start(TestDatabase database, IDrainObserver observer, string name, bool backfill, string address) => TestEngine.On(
        database, observer,
        options =>
        {
            options.ReplicaName = name;
            options.AutoBackfill = backfill;
        },
        connection =>
        {
            NpgsqlConnectionStringBuilder by = new(address);
            (connection.Host, connection.Port) = (by.Host, by.Port);
        });

    private TestEngine Start(IDrainObserver observer, string name, bool backfill, string address) =>
        Start(Database, observer, name, backfill, address);
}
