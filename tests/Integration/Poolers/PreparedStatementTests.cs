using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shouldly;
using Usage.Demo.LocalPostgres;
using Usage.Host.Cli;
using Usage.Tests.Integration.Cli;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Poolers;

/// <summary>Prepared statements belong to a session, but a pooler may assign another session to each transaction.</summary>
public sealed class PreparedStatementTests(DatabaseFixture fixture, PoolerFixture pooler)
    : IClassFixture<DatabaseFixture>, IClassFixture<PoolerFixture>
{
    /// <summary>The first version that can track its clients' prepared statements.</summary>
    private static readonly Version Knowing = new(1, 21);

    private string Pooled => pooler.Pooler.Route(fixture.Database.ConnectionString);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_program_prepares_nothing_and_works_through_a_pooler()
    {
        await using var services = Services(Pooled);

        (await RepeatOnAnotherSessionAsync(services.GetRequiredService<NpgsqlDataSource>())).ShouldBeTrue();
    }

    [Fact]
    public async Task Preparing_is_the_hosts_choice_and_needs_a_pooler_that_supports_it()
    {
        // Uses its own pooler, because prepared statements stay in the pooler's sessions.
        var knows = pooler.Pooler.Version >= Knowing;
        await using var own = await PgBouncer.StartAsync(
            fixture.Database.ConnectionString, PoolerFixture.Connections, knows ? "max_prepared_statements = 100" : "");
        await using var services = Services(PreparedStatements.On(own.Route(fixture.Database.ConnectionString)));
        var repeated = RepeatOnAnotherSessionAsync(services.GetRequiredService<NpgsqlDataSource>());

        if (knows)
        {
            (await repeated).ShouldBeTrue();
        }
        else
        {
            (await Should.ThrowAsync<PostgresException>(() => repeated)).SqlState.ShouldBe(PostgresErrorCodes.InvalidSqlStatementName);
        }
    }

    [Fact]
    public void A_private_cluster_is_reached_directly_so_statements_are_prepared_unless_its_connection_string_says_otherwise()
    {
        new NpgsqlConnectionStringBuilder(PreparedStatements.On("Host=here")).MaxAutoPrepare.ShouldBe(50);
        PreparedStatements.On("Host=here;Max Auto Prepare=0").ShouldBe("Host=here;Max Auto Prepare=0");
    }

    [Fact]
    public async Task Every_verb_but_migrate_works_through_a_pooler()
    {
        await fixture.Database.Seed.UsageRow(await fixture.Database.Seed.LoneTask());

        foreach (var verb in new[] { "status", "drain", "backfill", "verify", "pause", "resume" })
        {
            (await UsageProgram.RunAsync(Pooled, verb)).ShouldExitWith(0);
        }
    }

    private static ServiceProvider Services(string connectionString) =>
        HostServices.ForVerb(new ConfigurationBuilder().Build(), connectionString, TimeProvider.System, verbose: false);

    /// <summary>Runs a statement until it would be prepared, and again while another client uses that session.</summary>
    /// <returns>Whether the last run was on another session.</returns>
    private static async Task<bool> RepeatOnAnotherSessionAsync(NpgsqlDataSource source)
    {
        await using var client = await source.OpenConnectionAsync(Cancellation);
        var first = 0;
        for (var run = 0; run < 4; run++)
        {
            first = await ProcessAsync(client);
        }

        await using var other = await source.OpenConnectionAsync(Cancellation);
        await using var taken = await other.BeginTransactionAsync(Cancellation);
        await using NpgsqlCommand process = new("/* other */ select pg_backend_pid()", other);
        ((int)(await process.ExecuteScalarAsync(Cancellation))!).ShouldBe(first, "the session that was used last is given first");
        return await ProcessAsync(client) != first;
    }

    private static async Task<int> ProcessAsync(NpgsqlConnection connection)
    {
        await using NpgsqlCommand command = new("select pg_backend_pid()", connection);
        return (int)(await command.ExecuteScalarAsync(Cancellation))!;
    }
}
