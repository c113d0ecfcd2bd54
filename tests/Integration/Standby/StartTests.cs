using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shouldly;
using Usage.Engine.Schema;
using Usage.Tests.Integration.Faults;
using Xunit;

namespace Usage.Tests.Integration.Standby;

/// <summary>A host checks at its start where reports would be read.</summary>
public sealed class StartTests(StandbyFixture servers) : StandbyTests(servers)
{
    [Fact]
    public async Task A_standby_of_the_same_database_is_accepted() => await StartAsync(Address(Servers.Standby.Port));

    [Fact]
    public async Task Another_database_of_the_cluster_is_refused_by_its_name()
    {
        var error = await RefusedAsync(Address(Servers.Standby.Port, "template1"));
        error.ShouldContain($"ReportsConnectionString leads to database 'template1' on 127.0.0.1:{Servers.Standby.Port}, which is another database of the cluster");
        error.ShouldContain("Name the same database on a physical standby");
    }

    [Fact]
    public async Task Another_cluster_is_refused_by_its_identifier()
    {
        await using OwnServer other = new();
        NpgsqlConnectionStringBuilder address = new(await other.StartAsync(Cancellation));
        var error = await RefusedAsync(address);
        error.ShouldContain($"on {address.Host}:{address.Port}, a server with the system identifier ");
        error.ShouldContain((await Database.ScalarAsync<long>("select system_identifier from pg_control_system()")).ToString());
        error.ShouldNotContain(address.Password!);
    }

    [Fact]
    public async Task A_copy_that_was_promoted_is_refused()
    {
        await using var promoted = await Servers.FollowAsync();
        await promoted.PromoteAsync();
        (await RefusedAsync(Address(promoted.Port))).ShouldContain("is not in recovery: it is neither a standby nor the server where usage is recorded");
    }

    [Fact]
    public async Task The_primary_itself_is_accepted_because_it_is_what_the_standby_is_after_a_failover() =>
        await StartAsync(new(Database.ConnectionString));

    [Fact]
    public async Task A_standby_that_does_not_answer_does_not_keep_a_host_from_starting() => await StartAsync(Address(port: 1));

    [Fact]
    public async Task A_host_that_only_reads_checks_as_well() =>
        (await RefusedAsync(Address(Servers.Standby.Port, "template1"), drains: false)).ShouldContain("template1");

    private NpgsqlConnectionStringBuilder Address(int port, string? database = null)
    {
        NpgsqlConnectionStringBuilder address = new(Database.ConnectionString) { Port = port };
        address.Database = database ?? address.Database;
        return address;
    }

    private async Task<string> RefusedAsync(NpgsqlConnectionStringBuilder reports, bool drains = true) =>
        (await Should.ThrowAsync<UsageSchemaException>(() => StartAsync(reports, drains))).Message;

    private async Task StartAsync(NpgsqlConnectionStringBuilder reports, bool drains = true)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddUsageEngine(options =>
        {
            options.ConnectionString = Database.ConnectionString;
            options.ReportsConnectionString = reports.ConnectionString;
            options.StandbyWait = TimeSpan.FromSeconds(30);
            options.DrainInBackground = drains;
        });
        using var host = builder.Build();
        await host.StartAsync(Cancellation);
        await host.StopAsync(Cancellation);
    }
}
