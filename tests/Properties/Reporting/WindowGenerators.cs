using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using Usage.Engine.Reporting;
using Usage.Engine.Rollup;

namespace Usage.Tests.Properties.Reporting;

/// <summary>Generates zones, windows and instants; half of the windows contain a clock change.</summary>
internal static class WindowGenerators
{
    public static readonly Instant Begin = Instant.FromUtc(2000, 1, 1, 0, 0);
    public static readonly Instant End = Instant.FromUtc(2041, 1, 1, 0, 0);

    /// <summary>A fraction in [0, 1).</summary>
    public static Arbitrary<double> Share { get; } = Gen.Choose(0, 999_999_999).Select(part => part / 1_000_000_000.0).ToArbitrary();

    public static IReadOnlyList<DateTimeZone> AllZones { get; } = [.. TimeZones.Names.Select(TimeZones.Parse)];

    public static Arbitrary<DateTimeZone> Zone { get; } = Gen.Elements(AllZones.ToArray()).ToArbitrary();

    public static Gen<Instant> InstantBetween(Instant low, Instant high) => Share.Generator.Select(share => low + ((high - low) * share));

    public static Arbitrary<Instant> Now { get; } = InstantBetween(Begin, End).ToArbitrary();

    public static Arbitrary<ReportWindow> Window { get; } = (
        from zone in Zone.Generator
        from anywhere in InstantBetween(Instant.FromUtc(1999, 12, 20, 0, 0), Instant.FromUtc(2101, 1, 10, 0, 0))
        from change in Gen.Elements(Changes(zone).DefaultIfEmpty(anywhere).ToArray())
        from around in Gen.Elements(anywhere, change, HourBucket.RangeStart, HourBucket.RangeEnd)
        from before in Gen.Choose(0, 10)
        from after in Gen.Frequency((9, Gen.Choose(0, 10)), (1, Gen.Choose(0, 700)))
        let date = around.InZone(zone).Date
        select ReportWindow.Between(date.PlusDays(-before), date.PlusDays(after), zone)).ToArbitrary();

    public static IEnumerable<Instant> Changes(DateTimeZone zone) =>
        zone.GetZoneIntervals(Begin, End).Skip(1).Select(interval => interval.Start);
}
