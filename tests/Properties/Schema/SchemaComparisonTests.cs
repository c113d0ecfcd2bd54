using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Shouldly;
using Usage.Engine.Schema.Checks;
using Xunit;

namespace Usage.Tests.Properties.Schema;

public sealed class SchemaComparisonTests
{
    private static readonly Arbitrary<Fault[]> AnyFaults = Arb.From(
        Gen.SubListOf<Fault>(CompleteCatalog.Faults).Select(faults => faults.DistinctBy(fault => (fault.Table, fault.Place)).ToArray()));

    [Property]
    public Property Every_fault_is_named_once_and_nothing_else_is() => Prop.ForAll(AnyFaults, faults =>
    {
        var problems = Compare(CompleteCatalog.With(faults));
        problems.Count.ShouldBe(faults.Length);
        foreach (var fault in faults)
        {
            problems.Count(problem => problem.What.Contains(fault.Message, StringComparison.Ordinal)).ShouldBe(1, fault.Message);
        }
    });

    [Property]
    public Property What_the_application_has_beside_it_changes_nothing() => Prop.ForAll(AnyFaults, faults =>
    {
        var has = CompleteCatalog.With(faults);
        var more = has.Select(table => table with
        {
            Columns = [new("own", "jsonb", IsString: false, IsEnum: false, NotNull: true, ComparesBytes: true), .. table.Columns],
            Keys = [["own"], .. table.Keys],
            References = [new("own", "elsewhere", "id", "own_fkey", Validated: false), .. table.References],
        }).Append(new("elsewhere", IsTable: true, [], [], []));
        Compare(more).ShouldBe(Compare(has));
    });

    [Property]
    public Property One_error_lists_every_problem_with_what_mends_it() => Prop.ForAll(AnyFaults, faults =>
    {
        var problems = Compare(CompleteCatalog.With(faults));
        var message = SchemaProblem.Error(problems).Message;
        problems.ShouldAllBe(problem => message.Contains(problem.What) && message.Contains(problem.Fix));
    });

    [Theory]
    [InlineData("task_usage", "provider", "character varying", true, false)]
    [InlineData("workspace", "name", "citext", true, false)]
    [InlineData("agent_task_queue", "status", "task_status", false, true)]
    public void A_type_that_does_what_is_needed_is_accepted(string table, string column, string type, bool isString, bool isEnum) =>
        Compare(With(table, column, type, isString, isEnum)).ShouldBeEmpty();

    [Theory]
    [InlineData("task_usage", "model", "citext", true, false)]
    [InlineData("task_usage", "provider", "character", true, false)]
    [InlineData("task_usage", "model", "model_name", false, true)]
    [InlineData("task_usage", "input_tokens", "integer", false, false)]
    [InlineData("task_usage", "input_tokens", "numeric", false, false)]
    [InlineData("task_usage", "created_at", "timestamp without time zone", false, false)]
    [InlineData("agent", "id", "text", true, false)]
    public void A_type_that_does_not_is_refused(string table, string column, string type, bool isString, bool isEnum) =>
        Compare(With(table, column, type, isString, isEnum)).ShouldHaveSingleItem().What.ShouldContain($"{table}.{column} is {type}, not ");

    [Fact]
    public void What_migrations_add_is_required_only_once_they_are_applied()
    {
        string[] added = ["cost_usd_ticks", "updated_at"];
        CatalogTable[] before =
            [.. CompleteCatalog.Tables.Select(table => table with { Columns = [.. table.Columns.Where(one => !added.Contains(one.Name))] })];
        SchemaComparison.Problems(ApplicationRequirements.Tables, before, installed: false).ShouldBeEmpty();
        Compare(before).Select(problem => problem.What).ShouldBe(
            ["public.task_usage has no column cost_usd_ticks bigint", "public.task_usage has no column updated_at timestamp with time zone"]);
    }

    [Fact]
    public void An_empty_database_lacks_each_table_once()
    {
        var problems = Compare([]);
        problems.Select(problem => problem.What).ShouldBe(ApplicationRequirements.Tables.Select(table => $"table public.{table.Name} is missing"));
        SchemaProblem.Error(problems).Message.ShouldContain("--standalone");
    }

    private static IReadOnlyList<SchemaProblem> Compare(IEnumerable<CatalogTable> found) =>
        [.. SchemaComparison.Problems(ApplicationRequirements.Tables, found, installed: true)];

    private static IEnumerable<CatalogTable> With(string table, string column, string type, bool isString, bool isEnum) =>
        CompleteCatalog.Tables.Select(one => one.Name != table ? one : one with
        {
            Columns = [.. one.Columns.Select(has => has.Name != column ? has : has with { Type = type, IsString = isString, IsEnum = isEnum })],
        });
}
