using Npgsql;
using Shouldly;
using Usage.Engine.Schema;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Migrations;

public sealed class MigrationLockTests(PostgresFixture postgres) : MigrationTests(postgres)
{
    private const string KillHolderSql = """
        select pg_terminate_backend(l.pid, 10000) from pg_locks l join pg_database d on d.oid = l.database
        where l.locktype = 'advisory' and l.granted and d.datname = current_database()
        """;

    private const string HolderSql = """
        select l.pid from pg_locks l join pg_database d on d.oid = l.database
        where l.locktype = 'advisory' and l.granted and d.datname = current_database()
        """;

    [Fact]
    public async Task A_migration_whose_lock_is_lost_stops_before_its_next_step()
    {
        await LargeApplication.CreateAsync(Database);
        await using (var holder = await OpenTransaction.BeginAsync(Database))
        {
            await holder.ExecuteAsync("lock table public.task_usage in row exclusive mode");
            TaskCompletionSource retrying = new(TaskCreationOptions.RunContinuationsAsynchronously);
            var migration = MigrateAsync(progress: new Reports<string>(line =>
            {
                if (line.Contains("attempt 2", StringComparison.Ordinal))
                {
                    Database.ExecuteAsync(KillHolderSql).GetAwaiter().GetResult();
                    retrying.TrySetResult();
                }
            }));
            await Task.WhenAny(retrying.Task, migration);

            (await Should.ThrowAsync<UsageSchemaException>(() => migration)).Message.ShouldContain("migration lock");
            await holder.CommitAsync();
        }

        (await MigrateAsync()).Applied.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_lock_that_is_held_has_no_snapshot_for_which_an_index_build_would_wait()
    {
        const string snapshots = $"select count(*) from pg_stat_activity a join ({HolderSql}) holder using (pid) where a.backend_xmin is not null";
        await using var held = await MigrationLock.TakeAsync(Database.DataSource, TimeProvider.System, Cancellation);
        (await Database.ScalarAsync<long>(snapshots)).ShouldBe(0);

        await held.RequireAsync(Cancellation);

        (await Database.ScalarAsync<long>(snapshots)).ShouldBe(0);
        (await Database.ScalarAsync<int>(HolderSql)).ShouldBePositive();
    }

    [Fact]
    public async Task A_lock_outlives_the_timeouts_that_end_idle_sessions_and_transactions()
    {
        await using var source = Database.Connect(builder => builder.Options =
            "-c idle_in_transaction_session_timeout=50 -c idle_session_timeout=50 -c statement_timeout=60s");
        await using (await MigrationLock.TakeAsync(source, TimeProvider.System, Cancellation))
        {
            var holder = await Database.ScalarAsync<int>(HolderSql);
            // Waits until the same timeouts have ended another session.
            await using var idle = await source.OpenConnectionAsync(Cancellation);
            await using var transaction = await idle.BeginTransactionAsync(Cancellation);
            await using NpgsqlCommand pid = new("select pg_backend_pid()", idle);
            var other = (int)(await pid.ExecuteScalarAsync(Cancellation))!;
            await Database.UntilAsync("select not exists (select from pg_stat_activity where pid = @other)", new { other });

            (await Database.ScalarAsync<int>(HolderSql)).ShouldBe(holder);
        }

        (await Database.ScalarAsync<bool>(RollupState.NothingIsLocked)).ShouldBeTrue();
    }
}
