using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Shouldly;
using Usage.Engine.Recording;
using Xunit;

namespace Usage.Tests.Properties.Recording;

public sealed class UsageEntryValidatorTests
{
    [Property]
    public Property A_report_that_keeps_every_rule_has_no_problems() =>
        Prop.ForAll(ReportGenerators.GoodReport, report =>
            UsageEntryValidator.CheckReport(report).ShouldBeEmpty());

    [Property]
    public Property An_entry_that_keeps_every_rule_has_no_problems() =>
        Prop.ForAll(ReportGenerators.GoodReport, report => Problems(report).ShouldBeEmpty());

    [Property]
    public Property Each_broken_rule_is_named_once_by_entry_and_field() =>
        Prop.ForAll(ReportGenerators.SpoiledReport, report =>
            Problems(report.Entries).Select(problem => (problem.Entry, problem.Field))
                .ShouldBe(report.Broken, ignoreOrder: true));

    [Property]
    public Property Problems_come_in_the_order_of_the_entries() =>
        Prop.ForAll(ReportGenerators.SpoiledReport, report =>
            Problems(report.Entries).Select(problem => problem.Entry).ShouldBeInOrder());

    [Property]
    public Property Every_problem_states_a_rule_and_a_value_that_can_be_stored_and_sent() =>
        Prop.ForAll(ReportGenerators.SpoiledReport, report =>
            Problems(report.Entries).ShouldAllBe(problem =>
                problem.Rule.StartsWith("must ", StringComparison.Ordinal)
                && StorableText.IsStorable(problem.Value ?? "")));

    [Property]
    public Property A_provider_and_model_that_come_again_in_another_spelling_are_named_at_the_later_entry() =>
        Prop.ForAll(ReportGenerators.GoodReport, Gen.Choose(0, 99).ToArbitrary(), (report, place) =>
        {
            var first = place % report.Length;
            var again = report[first] with { Provider = $" {report[first].Provider?.ToUpperInvariant()} ", InputTokens = 7 };
            var problem = Problems([.. report, again]).ShouldHaveSingleItem();
            (problem.Entry, problem.Field, problem.Value).ShouldBe((report.Length, "model", again.Model));
            problem.Rule.ShouldEndWith($"usage[{first}]");
        });

    [Fact]
    public void An_empty_provider_and_the_runtimes_own_name_are_the_same_provider() =>
        Problems([new("", "m"), new("OpenAI", "m")], runtimeProvider: "openai").ShouldHaveSingleItem().Entry.ShouldBe(1);

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public void A_report_without_entries_or_with_more_than_100_is_refused_as_a_whole(int count)
    {
        UsageEntry[] report = [.. Enumerable.Repeat(new UsageEntry(null, null), count)];
        UsageEntryValidator.CheckReport(report).ShouldHaveSingleItem().ToString().ShouldBe($"usage is {count}: must have 1 to 100 entries");
    }

    [Fact]
    public void A_missing_entry_is_reported() =>
        UsageEntryValidator.CheckReport([new("p", "m"), null]).ShouldHaveSingleItem().Entry.ShouldBe(1);

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(1, 1_000, 0)]
    [InlineData(11, 91, 1)]
    [InlineData(1_001, 0, 1)]
    public void A_batch_has_1_to_1000_tasks_and_at_most_1000_entries(int tasks, int entriesOfEach, int problems)
    {
        var entries = Enumerable.Repeat(new UsageEntry("p", "m"), entriesOfEach).ToList();
        var batch = Enumerable.Range(0, tasks).Select(_ => new TaskUsageEntries(Guid.NewGuid(), entries)).ToList();
        UsageEntryValidator.CheckBatch(batch).Count().ShouldBe(problems);
    }

    private static List<UsageProblem> Problems(IEnumerable<UsageEntry> report, string? runtimeProvider = null) =>
        [.. UsageEntryValidator.CheckEntries(
            [.. report.Select(entry => UsageEntryNormalizer.Normalize(entry, runtimeProvider))], ReportGenerators.Now)];
}
