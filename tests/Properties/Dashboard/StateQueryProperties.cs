using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using NodaTime;
using Shouldly;
using Usage.Dashboard.Addresses;
using Usage.Engine.Reporting;
using Xunit;

namespace Usage.Tests.Properties.Dashboard;

public sealed class StateQueryProperties
{
    [Property(Arbitrary = [typeof(States)], MaxTest = 1_000)]
    internal void An_address_reads_back_as_the_state_that_wrote_it(PageState state)
    {
        var read = StateQuery.Read(Parse(StateQuery.Write(state)));
        read.Problems.ShouldBeEmpty();
        read.State.ShouldBe(state);
    }

    [Fact]
    public void The_default_has_no_query() => StateQuery.Write(PageState.Default).ShouldBe("");

    [Theory]
    [InlineData("?id=1", "id", "GUID")]
    [InlineData("?days=0", "days", "1 to 365")]
    [InlineData("?days=7&days=8", "days", "once")]
    [InlineData("?period=year", "period", "month or last-month")]
    [InlineData("?from=2026-02-30&to=2026-03-01", "from", "date")]
    [InlineData("?from=2026-03-02&to=2026-03-01", "to", "not be before")]
    [InlineData("?from=2020-01-01&to=2026-03-01", "to", "731 days")]
    [InlineData("?from=2026-03-02", "to", "must be given with")]
    [InlineData("?tz=Atlantis", "tz", "IANA")]
    [InlineData("?compare=now", "compare", "previous, year, none")]
    [InlineData("?measure=love", "measure", "cost, tokens, tasks")]
    [InlineData("?by=colour", "by", "model, provider, agent, project, runtime, class")]
    [InlineData("?grain=minute", "grain", "hour, day, week, month")]
    [InlineData("?model=", "model", "1 to 200 characters")]
    [InlineData("?project=all", "project", "GUID, or none")]
    [InlineData("?runtime=other", "runtime", "GUID, or none")]
    [InlineData("?agent=none", "agent", "GUID, or other")]
    [InlineData("?sort=%3Cscript%3E", "sort", "must be a table and a column")]
    public void A_parameter_that_is_not_allowed_is_named_with_its_rule(string query, string parameter, string rule)
    {
        var problem = StateQuery.Read(Parse(query)).Problems.ShouldHaveSingleItem();
        problem.Parameter.ShouldBe(parameter);
        problem.Rule.ShouldContain(rule);
    }

    [Theory]
    [InlineData("berlin", "Europe/Berlin")]
    [InlineData("New York", "America/New_York")]
    [InlineData("asia/kolkata", "Asia/Kolkata")]
    [InlineData("UTC", "UTC")]
    public void A_zone_is_found_by_its_city(string text, string zone) => ZoneSearch.Find(text).ShouldBe(zone);

    [Fact]
    public void A_field_of_a_form_that_says_any_is_no_filter() =>
        StateQuery.Read(Parse("?provider=*&model=*&agent=*&project=*&runtime=*")).State.IsFiltered.ShouldBeFalse();

    private static QueryCollection Parse(string query) => new(QueryHelpers.ParseQuery(query));

    public static class States
    {
        private static readonly string[] Texts = ["gpt-5", "", "a b&c=d", "Ünï", "+%20", "none"];

        internal static Arbitrary<PageState> PageState() => Arb.From(
            from id in Gen.Fresh(Guid.NewGuid)
            from window in Windows
            from zone in Gen.Elements(null, "UTC", "Asia/Kathmandu", "America/St_Johns")
            from comparison in Gen.Elements(Enum.GetValues<Comparison>())
            from project in Gen.Choose(0, 2)
            from agent in Gen.Choose(0, 2)
            from runtime in Gen.Choose(0, 2)
            from provider in Gen.Elements([null, .. Texts])
            from model in Gen.Elements([null, .. Texts.Where(text => text.Length > 0)])
            from measure in Gen.Elements(Enum.GetValues<Measure>())
            from grouping in Gen.Elements(Enum.GetValues<Grouping>())
            from grain in Gen.Elements<Grain?>([null, .. Enum.GetValues<Grain>().Cast<Grain?>()])
            from sort in Gen.Elements(null, "agents.tokens", "models.-name")
            from all in Gen.Elements(true, false)
            select new PageState
            {
                Id = id, Window = window, Zone = zone, Comparison = comparison, Project = project == 1 ? id : null,
                WithoutProject = project == 2, Agent = agent == 1 ? id : null, OtherAgents = agent == 2,
                Runtime = runtime == 1 ? id : null, WithoutRuntime = runtime == 2, Provider = provider, Model = model, Measure = measure,
                Grouping = grouping, Grain = grain, Sort = sort, All = all,
            });

        private static Gen<WindowChoice> Windows => Gen.OneOf(
            Gen.Choose(1, ReportWindow.MaxDays).Select(days => (WindowChoice)new WindowChoice.LastDays(days)),
            Gen.Constant((WindowChoice)new WindowChoice.MonthToDate()),
            Gen.Constant((WindowChoice)new WindowChoice.LastMonth()),
            from start in Gen.Choose(0, 20_000)
            from days in Gen.Choose(0, ReportWindow.MaxSpanDays - 1)
            let from1 = new LocalDate(2000, 1, 1).PlusDays(start)
            select (WindowChoice)new WindowChoice.Between(from1, from1.PlusDays(days)));
    }
}
