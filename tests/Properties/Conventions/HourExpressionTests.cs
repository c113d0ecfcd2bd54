using System.Reflection;
using System.Text.RegularExpressions;
using NodaTime;
using Shouldly;
using Usage.Engine;
using Usage.Engine.Database;
using Usage.Engine.Rollup;
using Xunit;

namespace Usage.Tests.Properties.Conventions;

/// <summary>
/// The hour and the range of the rollup are the same in every statement. C# takes them from one class; a migration spells them out, because
/// an applied script must not change.
/// </summary>
public sealed partial class HourExpressionTests
{
    [Fact]
    public void Every_migration_computes_the_hour_as_the_engine_does()
    {
        var hours = Scripts().SelectMany(script => Hour().Matches(script)).Select(hour => (Width: hour.Groups["width"].Value, Origin: hour.Groups["origin"].Value)).ToList();
        hours.ShouldNotBeEmpty();
        hours.ShouldAllBe(hour => HourSql.OfUsage == $"date_bin('{hour.Width}', u.created_at, timestamptz '{hour.Origin}')");
    }

    [Fact]
    public void Every_migration_uses_the_range_of_the_engine()
    {
        var bounds = Scripts().SelectMany(script => Bound().Matches(script)).Select(bound => $"timestamptz '{bound.Groups["at"].Value}'").ToList();
        bounds.Distinct().ShouldBe([HourSql.RangeStart, HourSql.RangeEnd], ignoreOrder: true);
    }

    [Fact]
    public void The_range_is_the_same_in_sql_and_in_the_engine()
    {
        HourSql.RangeStart.ShouldBe(Literal(HourBucket.RangeStart));
        HourSql.RangeEnd.ShouldBe(Literal(HourBucket.RangeEnd));
    }

    private static string Literal(Instant instant) => $"timestamptz '{instant.InUtc().Date:yyyy'-'MM'-'dd} 00:00:00+00'";

    private static IEnumerable<string> Scripts()
    {
        var assembly = typeof(IUsageEngine).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)))
        {
            using StreamReader reader = new(assembly.GetManifestResourceStream(name)!);
            yield return reader.ReadToEnd();
        }
    }

    [GeneratedRegex(@"date_bin\((?:interval )?'(?<width>[^']*)', [^,]*, (?:timestamptz|timestamp with time zone) '(?<origin>[^']*)'\)")]
    private static partial Regex Hour();

    [GeneratedRegex("(?:timestamptz|timestamp with time zone) '(?<at>[0-9][^']*)'")]
    private static partial Regex Bound();
}
