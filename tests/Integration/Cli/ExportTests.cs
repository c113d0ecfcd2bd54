using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Exporting;
using Xunit;

namespace Usage.Tests.Integration.Cli;

public sealed class ExportTests(PostgresFixture postgres) : IDisposable
{
    private readonly string file = Path.GetTempFileName();

    public void Dispose() => File.Delete(file);

    [Fact]
    public async Task A_period_is_written_to_a_file_which_is_replaced_as_a_whole()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var task = await database.Seed.LoneTask();
        await database.Seed.UsageRow(task, input: 7, createdAt: NodaTime.Instant.FromUtc(2026, 1, 31, 23, 30));
        await database.Seed.UsageRow(task, model: "late", input: 9, createdAt: NodaTime.Instant.FromUtc(2026, 2, 1, 0, 0));
        await File.WriteAllTextAsync(file, "what was there", TestContext.Current.CancellationToken);

        var result = (await UsageProgram.RunAsync(
            database, "export", "--from", "2026-01-31", "--to", "2026-01-31", "--format", "parquet", "--output", file, "--json")).ShouldExitWith(0).Json();

        result.GetProperty("rows").GetInt64().ShouldBe(1);
        result.GetProperty("bytes").GetInt64().ShouldBe(new FileInfo(file).Length);
        ExportedFile.Query($"select input_tokens from read_parquet('{file}')").ShouldHaveSingleItem().ShouldBe([7L]);
        File.Exists(file + ".part").ShouldBeFalse();
    }

    [Theory]
    [InlineData("--format is 'xlsx'", "--from", "2026-01-01", "--to", "2026-01-01", "--format", "xlsx")]
    [InlineData("--from is '1.1.2026'", "--from", "1.1.2026", "--to", "2026-01-01")]
    [InlineData("--to is 2025-12-31", "--from", "2026-01-01", "--to", "2025-12-31")]
    [InlineData("--tz is 'Mars'", "--from", "2026-01-01", "--to", "2026-01-01", "--tz", "Mars")]
    [InlineData("--from", "--to", "2026-01-01")]
    public async Task Bad_usage_is_named_and_leaves_the_file_alone(string named, params string[] flags)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await File.WriteAllTextAsync(file, "what was there", TestContext.Current.CancellationToken);

        var refused = (await UsageProgram.RunAsync(database, ["export", "--output", file, .. flags])).ShouldExitWith(2);

        refused.Errors.ShouldContain(named);
        (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).ShouldBe("what was there");
    }
}
