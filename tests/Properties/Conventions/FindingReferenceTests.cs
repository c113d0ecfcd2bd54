using System.Text.RegularExpressions;
using NodaTime;
using Shouldly;
using Usage.Engine.Health;
using Usage.Engine.Standby;
using Xunit;

namespace Usage.Tests.Properties.Conventions;

/// <summary>Every finding of the health check stands in docs/troubleshooting.md, with its status, a cause and a remedy; and no other.</summary>
public sealed partial class FindingReferenceTests
{
    private static readonly Duration Long = Duration.FromDays(1);

    private static readonly HealthFacts Everything = new(
        DatabaseAnswer.Facts, SqlState: null, HeartbeatAge: Long, Failures: 9, OldestLiveAge: Long, SetAside: 1, PausedFor: Long, ["a"], ["b"]) 
    {
        ReadOnly = true,
        Drift = 1,
        UnverifiedFor = Long,
        Standby = new(Serves: false, Lag: null, StandbyFaults.NameOf(StandbyFault.Unavailable), "It is away."),
    };

    private static IEnumerable<HealthFacts> Worst =>
    [
        Everything, Everything with { HeartbeatAge = null },
        Everything with { Standby = new(Serves: false, Lag: Long, StandbyFaults.NameOf(StandbyFault.Lagging), "It is behind.") },
        .. Enum.GetValues<DatabaseAnswer>().Where(answer => answer != DatabaseAnswer.Facts).Select(answer => HealthFacts.Without(answer)),
    ];

    [Fact]
    public void Every_finding_has_a_row_with_its_status_a_cause_and_a_remedy()
    {
        var rows = Row().Matches(Documents.Read("docs/troubleshooting.md"))
            .ToDictionary(row => row.Groups["name"].Value, row => row.Groups["status"].Value);
        var findings = Worst.SelectMany(facts => HealthRules.Judge(facts, TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(2), verifyEvery: TimeSpan.FromMinutes(1)))
            .DistinctBy(finding => finding.Name)
            .ToDictionary(finding => finding.Name, finding => finding.Status.ToString().ToLowerInvariant());
        rows.ShouldBe(findings, ignoreOrder: true);
    }

    [GeneratedRegex(@"^\| `(?<name>[a-z_]+)` \| (?<status>unhealthy|degraded) \| [^|]{20,} \| [^|]{5,} \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
