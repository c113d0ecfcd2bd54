using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using NodaTime;
using Shouldly;
using Usage.Engine.Health;

namespace Usage.Tests.Properties.Health;

public sealed class HealthRulesTests
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan MarkAge = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan VerifyEvery = TimeSpan.FromSeconds(300);

    private static readonly Gen<Duration?> Age = Gen.OneOf(
        Gen.Constant<Duration?>(null), Gen.Choose(0, 400).Select(seconds => (Duration?)Duration.FromSeconds(seconds)));

    private static readonly Arbitrary<HealthFacts> Facts = Arb.From(
        from heartbeat in Age
        from failures in Gen.Choose(0, 6)
        from oldest in Age
        from setAside in Gen.Choose(0, 2)
        from paused in Age
        from triggers in Gen.Elements("public.issue.a", "public.agent.b").ListOf()
        from tables in Gen.Elements("public.a: is detached or dropped", "public.b: came since the last migration or start").ListOf()
        from drift in Gen.Choose(0, 2)
        from unverified in Gen.Choose(0, 1_000)
        select new HealthFacts(DatabaseAnswer.Facts, null, heartbeat, failures, oldest, setAside, paused, [.. triggers], [.. tables])
        {
            Drift = drift,
            UnverifiedFor = Duration.FromSeconds(unverified),
        });

    private static readonly Arbitrary<HealthFacts> NoFacts = Arb.From(
        from facts in Facts.Generator
        from answer in Gen.Elements(DatabaseAnswer.None, DatabaseAnswer.NoSchema, DatabaseAnswer.Error)
        from state in Gen.Elements<string?>(null, "42P01")
        select facts with { Answer = answer, SqlState = state });

    [Property]
    public Property Without_facts_it_is_unhealthy_by_one_finding_whatever_else_is_said() =>
        Prop.ForAll(NoFacts, facts =>
        {
            var finding = Judge(facts).ShouldHaveSingleItem();
            finding.Status.ShouldBe(HealthStatus.Unhealthy);
            finding.Name.ShouldBe(facts.Answer switch
            {
                DatabaseAnswer.None => "database_unreachable",
                DatabaseAnswer.NoSchema => "schema_missing",
                _ => "database_error",
            });
        });

    [Property]
    public Property With_facts_it_is_degraded_at_worst_and_each_finding_stands_for_one_fact() =>
        Prop.ForAll(Facts, facts =>
        {
            Dictionary<string, bool> expected = new()
            {
                ["trigger_broken"] = facts.BrokenTriggers.Count > 0,
                ["partition_changed"] = facts.ChangedTables.Count > 0,
                ["paused"] = facts.PausedFor is not null,
                ["heartbeat_missing"] = facts.HeartbeatAge is null,
                ["heartbeat_old"] = facts.HeartbeatAge >= Duration.FromTimeSpan(Heartbeat),
                ["drain_failing"] = facts.Failures >= 3,
                ["marks_old"] = facts.OldestLiveAge >= Duration.FromTimeSpan(MarkAge),
                ["set_aside"] = facts.SetAside > 0,
                ["drift_found"] = facts.Drift > 0,
                ["verify_overdue"] = facts.UnverifiedFor > Duration.FromTimeSpan(VerifyEvery) * 2,
            };
            var findings = Judge(facts);
            findings.Select(finding => finding.Name).ShouldBe(
                expected.Where(each => each.Value).Select(each => each.Key), ignoreOrder: true);
            findings.ShouldAllBe(finding => finding.Status == HealthStatus.Degraded);
        });

    [Property]
    public Property Every_finding_is_a_sentence_with_a_name_that_a_rule_of_alerts_can_use() =>
        Prop.ForAll(Facts, facts =>
        {
            foreach (var finding in Judge(facts))
            {
                finding.Name.ShouldMatch("^[a-z]+(_[a-z]+)*$");
                finding.Message.ShouldMatch(@"^[A-Z].*\.$");
                finding.Data.Keys.ShouldAllBe(name => System.Text.RegularExpressions.Regex.IsMatch(name, "^[a-z_]+$"));
            }
        });

    [Property]
    public Property Getting_older_never_takes_a_finding_away() =>
        Prop.ForAll(Facts, Arb.From(Gen.Choose(0, 400)), (facts, seconds) =>
        {
            var more = Duration.FromSeconds(seconds);
            var older = facts with { HeartbeatAge = facts.HeartbeatAge + more, OldestLiveAge = facts.OldestLiveAge + more };
            Judge(facts).Select(finding => finding.Name).ShouldBeSubsetOf(Judge(older).Select(finding => finding.Name));
        });

    private static IReadOnlyList<UsageHealthFinding> Judge(HealthFacts facts) => HealthRules.Judge(facts, Heartbeat, MarkAge, VerifyEvery);
}
