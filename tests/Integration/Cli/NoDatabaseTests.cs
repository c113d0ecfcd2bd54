using Shouldly;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Cli;

public sealed class NoDatabaseTests(PostgresFixture postgres)
{
    public static TheoryData<string> Verbs => ["drain", "backfill", "verify", "status", "pause", "resume", "load --duration 1"];

    [Fact]
    public async Task A_server_that_does_not_answer_is_reported()
    {
        var failed = await UsageProgram.RunAsync("postgresql://somebody:secret@127.0.0.1:1/usage", "status", "--json");

        ShouldHaveFailed(failed, "can't be reached", "127.0.0.1:1");
        failed.Errors.ShouldNotContain("secret");
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task A_database_without_the_schema_is_reported_with_the_remedy(string verb)
    {
        await using var database = await postgres.CreateEmptyDatabaseAsync();

        ShouldHaveFailed(await UsageProgram.RunAsync(database, verb.Split(' ')), "no Usage schema", "migrate");
    }

    [Fact]
    public async Task The_connection_option_takes_precedence_over_the_environment()
    {
        await using var database = await postgres.CreateDatabaseAsync();

        var status = await UsageProgram.RunAsync("Host=127.0.0.1;Port=1", "status", "--connection", database.ConnectionString);

        status.ShouldExitWith(0).ShouldSayNothingElse();
    }

    private static void ShouldHaveFailed(ProgramResult failed, params IEnumerable<string> words)
    {
        failed.ShouldExitWith(1);
        failed.Output.ShouldBe("");
        failed.Errors.ShouldStartWith("usage: ");
        failed.Errors.Trim().ShouldNotContain('\n');
        words.ShouldAllBe(word => failed.Errors.Contains(word), failed.Errors);
    }
}
