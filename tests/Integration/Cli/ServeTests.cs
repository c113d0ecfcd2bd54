using System.Net;
using System.Net.Sockets;
using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Http;
using Xunit;

namespace Usage.Tests.Integration.Cli;

public sealed class ServeTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_answers_drains_what_anybody_commits_and_ends_on_SIGTERM()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var (server, address) = await UsageProgram.ServeAsync(database);
        await using (server)
        {
            address.IsLoopback.ShouldBeTrue();
            using var client = new HttpClient { BaseAddress = address };
            (await client.GetStringAsync(new Uri("/health/live", UriKind.Relative), Cancellation)).ShouldBe("live");

            await database.Seed.UsageRow(await database.Seed.LoneTask(), input: 123);
            await database.UntilAsync("select exists (select from usage_rollup.hourly where input_tokens = 123)");

            await server.TerminateAsync();
            var ended = (await server.EndAsync()).ShouldExitWith(0);
            ended.Output.Trim().ShouldBe($"Listening on {address.GetLeftPart(UriPartial.Authority)}");
            LogOf(ended).ShouldBeCalm();
        }
    }

    [Fact]
    public async Task A_stopping_server_does_not_wait_for_a_slow_client()
    {
        const int Pieces = 150;
        await using var database = await postgres.CreateDatabaseAsync();
        var (server, address) = await UsageProgram.ServeAsync(database, "--set", "Usage:Http:BodyTimeout=00:05:00");
        await using (server)
        await using (var poster = await RawConnection.OpenAsync(address, Cancellation))
        {
            await poster.SendAsync(
                $"POST /api/usage/batch HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\n"
                + "Content-Length: 200000\r\nExpect: 100-continue\r\n\r\n",
                Cancellation);
            await poster.UntilBodyIsReadAsync(Cancellation);

            await server.TerminateAsync();
            var sent = 0;
            for (; sent < Pieces && poster.IsUnanswered; sent++)
            {
                await poster.SendAsync(new string(' ', 100), Cancellation);
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancellation);
            }

            sent.ShouldBeLessThan(Pieces, "the server still takes what the client sends");
            (await server.EndAsync()).ShouldExitWith(0);
        }
    }

    [Fact]
    public async Task Two_servers_share_the_work_of_a_load_and_the_rollup_stays_exact()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var (first, _) = await UsageProgram.ServeAsync(database);
        var (second, _) = await UsageProgram.ServeAsync(database);
        await using var one = first;
        await using var two = second;
        await using var load = UsageProgram.Start(database, "load", "--mixed", "--rate", "300", "--duration", "600", "--json");

        await database.UntilAsync("""
            select (select count(*) from usage_rollup.replica where total_rows > 20) = 2
                   and (select sum(event_count) from usage_rollup.hourly) > 400
            """);
        await load.InterruptAsync();
        var sent = (await load.EndAsync()).ShouldExitWith(130).Json();
        sent.GetProperty("corrections").GetInt64().ShouldBePositive();
        sent.GetProperty("moves").GetInt64().ShouldBePositive();

        foreach (var server in new[] { one, two })
        {
            await server.TerminateAsync();
            LogOf((await server.EndAsync()).ShouldExitWith(0)).ShouldBeCalm();
        }

        (await UsageProgram.RunAsync(database, "drain")).ShouldExitWith(0);
        (await UsageProgram.RunAsync(database, "verify")).ShouldExitWith(0).Output.ShouldContain("0 drifted, 0 hours pending");
    }

    [Fact]
    public async Task A_port_in_use_is_reported()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var squatter = new TcpListener(IPAddress.Loopback, 0);
        squatter.Start();

        var failed = await UsageProgram.RunAsync(database, "serve", "--urls", $"http://{squatter.LocalEndpoint}");

        failed.ShouldExitWith(1).Output.ShouldBe("");
        failed.Errors.ShouldContain($"{squatter.LocalEndpoint}");
        failed.Errors.ShouldContain("in use. Choose another one with --urls.");
        failed.Errors.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task An_https_address_without_a_certificate_is_reported()
    {
        await using var database = await postgres.CreateDatabaseAsync();

        var failed = await UsageProgram.RunAsync(database, "serve", "--urls", "https://127.0.0.1:0");

        failed.ShouldExitWith(2).Output.ShouldBe("");
        failed.Errors.ShouldContain("'https://127.0.0.1:0' can't be served");
        failed.Errors.ShouldContain("Kestrel:Certificates:Default");
        failed.Errors.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Without_the_rollups_schema_a_server_stays_up_and_drains_once_it_is_there()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        (await UsageProgram.RunAsync(database, "migrate", "--down")).ShouldExitWith(0);
        var (server, address) = await UsageProgram.ServeAsync(database);
        await using (server)
        {
            using var client = new HttpClient { BaseAddress = address };
            (await client.GetStringAsync(new Uri("/health/live", UriKind.Relative), Cancellation)).ShouldBe("live");
            (await UsageProgram.RunAsync(database, "migrate")).ShouldExitWith(0);

            await database.Seed.UsageRow(await database.Seed.LoneTask(), input: 123);
            await database.UntilAsync("select exists (select from usage_rollup.hourly where input_tokens = 123)");
            await server.InterruptAsync();
            (await server.EndAsync()).ShouldExitWith(130).Errors.ShouldContain("usage migrate");
        }
    }

    [Fact]
    public async Task A_server_whose_requirements_are_not_met_does_not_start_and_lists_them()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await database.ExecuteAsync(
            """
            alter table public.task_usage alter input_tokens drop not null;
            alter table public.task_usage drop constraint task_usage_task_id_fkey
            """);
        var refused = await UsageProgram.RunAsync(database, "serve", "--urls", "http://127.0.0.1:0");

        refused.ShouldExitWith(1).Output.ShouldBe("");
        refused.Errors.ShouldContain("public.task_usage.input_tokens is nullable");
        refused.Errors.ShouldContain("alter table public.task_usage add foreign key (task_id) references public.agent_task_queue (id) on delete cascade;");
    }

    private static ServerLog LogOf(ProgramResult server) => ServerLog.Parse(server.Errors);
}
