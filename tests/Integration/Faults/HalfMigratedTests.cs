using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Usage.Tests.Integration.Migrations;
using Xunit;

namespace Usage.Tests.Integration.Faults;

/// <summary>A migration whose connection is killed after a number of its statements, again and again, each time somewhere else.</summary>
[Trait("Category", "Faults")]
public sealed class HalfMigratedTests(PostgresFixture postgres, FaultTable ledger) : MigrationTests(postgres)
{
    private readonly PostgresFixture server = postgres;

    // A sequence keeps its count when the transaction that used it dies.
    private const string Trap = """
        create sequence public.trap_count;
        create table public.trap (kill_at bigint);
        insert into public.trap values (0);
        create function public.trap() returns event_trigger language plpgsql as $$
        begin
            if current_query() not like '%trap%' and nextval('public.trap_count') = (select kill_at from public.trap) then
                perform pg_terminate_backend(pg_backend_pid());
                perform pg_sleep(1);
            end if;
        end $$;
        create event trigger trap on ddl_command_end execute function public.trap()
        """;

    private const string RemoveTrap = """
        drop event trigger trap;
        drop function public.trap();
        drop table public.trap;
        drop sequence public.trap_count
        """;

    [Fact]
    public async Task A_migration_that_is_killed_anywhere_is_completed_by_the_next_and_health_calls_the_schema_missing_until_then()
    {
        await LargeApplication.CreateAsync(Database);
        await Database.ExecuteAsync(Trap);
        var killed = 0;
        while (true)
        {
            await Database.ExecuteAsync(
                "update public.trap set kill_at = (select last_value + is_called::int from public.trap_count) + @after", new { after = killed });
            try
            {
                await MigrateAsync();
                break;
            }
            catch (Exception error) when (IsKill(error))
            {
                killed++;
                (await FaultTrial.FindingsAsync(Database, Cancellation)).ShouldBe(["schema_missing"]);
                (await Database.ScalarAsync<bool>(RollupState.NothingIsLocked)).ShouldBeTrue();
            }
        }

        killed.ShouldBeGreaterThan(20);
        await Database.ExecuteAsync(RemoveTrap);
        var since = TimeProvider.System.GetTimestamp();
        await RunUntilCompleteAsync();
        for (var each = 0; each < killed; each++)
        {
            ledger.Add("migration killed", TimeProvider.System.GetElapsedTime(since), await Database.DriftAsync());
        }

        await using var unhurt = await server.CreateEmptyDatabaseAsync();
        await LargeApplication.CreateAsync(unhurt);
        await using (var host = TestEngine.On(unhurt))
        {
            await host.Parts.Migrator.MigrateAsync(cancellationToken: Cancellation);
        }

        (await Catalog.ReadAsync(Database)).ShouldBe(await Catalog.ReadAsync(unhurt));
    }

    private static bool IsKill(Exception? error) => error switch
    {
        null => false,
        Npgsql.NpgsqlException => true,
        _ => error.Message.Contains("57P01", StringComparison.Ordinal) || IsKill(error.InnerException),
    };
}
