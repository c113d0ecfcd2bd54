using Shouldly;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Cli;

public sealed class PricesTests(PostgresFixture postgres) : IDisposable
{
    private readonly string file = Path.GetTempFileName();

    public void Dispose() => File.Delete(file);

    [Fact]
    public async Task A_list_is_previewed_imported_and_printed()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await WriteAsync("gpt-5,1.25,10,0.125,0");

        (await ImportAsync(database)).ShouldExitWith(0).ShouldSayNothingElse().Output.ShouldContain("Would be: 1 added");
        (await UsageProgram.RunAsync(database, "prices", "list", "--json")).ShouldExitWith(0)
            .Json().GetProperty("prices").GetArrayLength().ShouldBe(0);

        (await ImportAsync(database, "--apply", "--json")).ShouldExitWith(0).Json().GetProperty("added").GetArrayLength().ShouldBe(1);
        (await ImportAsync(database, "--apply")).ShouldExitWith(0).Output.ShouldContain("0 added, 0 changed, 0 removed, 1 unchanged");
        (await UsageProgram.RunAsync(database, "prices", "list")).ShouldExitWith(0).Output.ShouldContain(",gpt-5,1.25,10,0.125,0");
    }

    [Fact]
    public async Task A_bad_line_is_named_and_nothing_is_stored()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await WriteAsync("gpt-5,1.25,10,0.125,0", "gpt-6,cheap,10,0.125,0");

        var failed = (await ImportAsync(database, "--apply")).ShouldExitWith(1);

        failed.Output.ShouldBe("");
        failed.Errors.ShouldContain("cheap");
        failed.Errors.ShouldNotContain("   at ");
        (await database.ScalarAsync<long>("select count(*) from usage_rollup.model_price")).ShouldBe(0);
    }

    [Fact]
    public async Task Without_a_file_and_without_the_start_list_there_is_nothing_to_import()
    {
        var refused = (await UsageProgram.RunAsync(connectionString: null, "prices", "import")).ShouldExitWith(2);

        refused.Output.ShouldBe("");
        refused.Errors.ShouldContain("Specify either FILE or --start-list.");
        refused.Errors.ShouldContain("Help: usage prices import --help");
    }

    private Task<ProgramResult> ImportAsync(TestDatabase database, params IEnumerable<string> flags) =>
        UsageProgram.RunAsync(database, ["prices", "import", file, .. flags]);

    private Task WriteAsync(params IEnumerable<string> lines) => File.WriteAllLinesAsync(
        file, lines.Prepend("model,input,output,cache_read,cache_write"), TestContext.Current.CancellationToken);
}
