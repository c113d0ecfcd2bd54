using Shouldly;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Cli;

public sealed class MigrateTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Migrating_twice_applies_once_and_going_down_and_up_again_starts_afresh()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync();

        var first = (await UsageProgram.RunAsync(database, "migrate", "--standalone", "--json")).ShouldExitWith(0).Json();
        first.GetProperty("applied").GetArrayLength().ShouldBePositive();
        (await UsageProgram.RunAsync(database, "status")).ShouldExitWith(0);

        var second = (await UsageProgram.RunAsync(database, "migrate", "--json")).ShouldExitWith(0).ShouldSayNothingElse().Json();
        second.GetProperty("applied").GetArrayLength().ShouldBe(0);
        second.GetProperty("version").GetString().ShouldBe(first.GetProperty("version").GetString());

        var down = (await UsageProgram.RunAsync(database, "migrate", "--down", "--json")).ShouldExitWith(0).Json();
        down.GetProperty("removed").GetBoolean().ShouldBeTrue();
        (await database.ScalarAsync<bool>("select to_regnamespace('usage_rollup') is null")).ShouldBeTrue();

        var again = (await UsageProgram.RunAsync(database, "migrate")).ShouldExitWith(0);
        again.Output.ShouldStartWith($"The schema is at {first.GetProperty("version").GetString()}: ");
        (await UsageProgram.RunAsync(database, "status")).ShouldExitWith(0);
    }

    [Fact]
    public async Task A_database_without_the_applications_tables_is_refused()
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync();

        var refused = (await UsageProgram.RunAsync(database, "migrate")).ShouldExitWith(1);

        refused.Output.ShouldBe("");
        refused.Errors.ShouldContain("task_usage");
        refused.Errors.ShouldNotContain("   at ");
    }
}
