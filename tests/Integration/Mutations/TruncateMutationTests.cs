using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Mutations;

public sealed class TruncateMutationTests(PostgresFixture postgres) : MutationTests(postgres)
{
    private const string OnlyHoursWithBuckets = """
        create or replace function usage_rollup.mark_everything() returns trigger
            language plpgsql security definer set search_path = pg_catalog, pg_temp
        as $$
        begin
            insert into usage_rollup.dirty (bucket_hour) select distinct h.bucket_hour from usage_rollup.hourly h;
            return null;
        end
        $$
        """;

    [Fact]
    public async Task A_truncate_reaches_a_bucket_that_another_drain_has_just_written() => (await DriftAsync()).ShouldBe(0);

    [Fact]
    public async Task A_truncate_that_marks_the_hours_with_buckets_misses_the_one_just_written()
    {
        await Database.ExecuteAsync(OnlyHoursWithBuckets);
        (await DriftAsync()).ShouldBe(1);
    }

    private async Task<long> DriftAsync()
    {
        await Seed.UsageRow(await Seed.LoneTask());
        await using var truncating = await OpenTransaction.BeginAsync(Database, System.Data.IsolationLevel.RepeatableRead);
        // The snapshot of the truncating transaction is taken here, before the bucket is written.
        await truncating.ExecuteAsync("select count(*) from usage_rollup.hourly");
        await DrainAsync();

        await truncating.ExecuteAsync("truncate public.task_usage");
        await truncating.CommitAsync();
        await DrainAsync();
        return await Database.DriftAsync();
    }
}
