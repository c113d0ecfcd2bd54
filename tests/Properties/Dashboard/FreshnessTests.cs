using NodaTime;
using Shouldly;
using Usage.Dashboard.Reading;
using Usage.Engine.Maintenance;
using Usage.Engine.Reporting;
using Xunit;

namespace Usage.Tests.Properties.Dashboard;

public sealed class FreshnessTests
{
    private static readonly ReportWindow Window = ReportWindow.Between(new(2026, 3, 1), new(2026, 3, 2), DateTimeZone.Utc);

    private static readonly EngineStatus Calm = new(
        0, 0, Duration.Zero, Complete: true, null, null, null, null, null, null, 0, null, [], [], [], [], null, true);

    [Fact]
    public void Figures_of_an_idle_engine_are_live() => Of(Calm).ShouldBe(Trust.Live);

    [Fact]
    public void A_change_that_waits_long_is_shown() => Of(Calm with { OldestLiveAge = Duration.FromSeconds(11) }).ShouldBe(Trust.Behind);

    [Fact]
    public void A_pause_takes_precedence_over_changes_that_wait_because_of_it() =>
        Of(Calm with { PausedSince = Window.Start, OldestLiveAge = Duration.FromHours(1) }).ShouldBe(Trust.Paused);

    [Theory]
    [InlineData(-1, "Live")]
    [InlineData(0, "SetAside")]
    [InlineData(47, "SetAside")]
    [InlineData(48, "Live")]
    public void Hours_that_could_not_be_computed_are_shown_if_they_are_in_the_window(int hour, string trust) => Of(Calm with
    {
        SetAside = [new(Window.Start + Duration.FromHours(hour), null, null, null, "no", 1, Window.Start, Window.Start, Window.Start)],
    }).ToString().ShouldBe(trust);

    [Fact]
    public void Raw_rows_are_exact_whatever_the_engine_does() =>
        Freshness.Of(Calm with { PausedSince = Window.Start }, Window, ReportSource.Raw).Trust.ShouldBe(Trust.Raw);

    private static Trust Of(EngineStatus status) => Freshness.Of(status, Window, ReportSource.Rollup).Trust;
}
