using System.Globalization;
using Shouldly;
using Xunit;

namespace Usage.Tests.Integration.Databases;

public sealed class PostgresFixtureTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_test_has_its_own_database_which_is_dropped_afterwards()
    {
        await using var other = await postgres.CreateDatabaseAsync();
        string name;
        await using (var database = await postgres.CreateDatabaseAsync())
        {
            await database.Seed.UsageRow(await database.Seed.LoneTask());
            (await database.ScalarAsync<long>("select count(*) from public.task_usage")).ShouldBe(1);
            (await other.ScalarAsync<long>("select count(*) from public.task_usage")).ShouldBe(0);
            name = await database.ScalarAsync<string>("select current_database()");
        }

        var left = await other.ScalarAsync<bool>("select exists (select from pg_database where datname = @name)", new { name });
        left.ShouldBeFalse();
    }

    [Fact]
    public async Task The_server_has_the_requested_version()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync();
        var major = await database.ScalarAsync<int>("select current_setting('server_version_num')::integer / 10000");
        if (Environment.GetEnvironmentVariable("USAGE_TEST_POSTGRES") is { Length: > 0 } asked)
        {
            major.ToString(CultureInfo.InvariantCulture).ShouldBe(asked);
        }
        else
        {
            major.ShouldBeInRange(15, 18);
        }
    }

    [Fact]
    public async Task An_empty_database_has_no_tables()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync();
        (await database.ScalarAsync<bool>("select to_regclass('public.task_usage') is null")).ShouldBeTrue();
    }

    [Fact]
    public async Task The_databases_own_locale_does_not_fold_I_as_ASCII_does()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync();
        (await database.ScalarAsync<string>("select lower('OPENAI')")).ShouldBe("openaı");
        (await database.ScalarAsync<string>("""select lower('OPENAI' collate "C")""")).ShouldBe("openai");
    }
}
