using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Shouldly;
using Usage.Engine.Draining;

namespace Usage.Tests.Properties.Draining;

public sealed class DrainPacingTests
{
    private static readonly Arbitrary<TimeSpan> Time =
        Arb.From(Gen.Choose(0, 600_000).Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds)));

    private static readonly Arbitrary<double> Duty = Arb.From(Gen.Choose(1, 100).Select(percent => percent / 100.0));

    private static readonly Arbitrary<int> Count = Arb.From(Gen.OneOf(Gen.Choose(1, 20), Gen.Choose(1, 100_000)));

    [Property]
    public Property Work_and_rest_keep_the_share() =>
        Prop.ForAll(Time, Duty, (busy, duty) =>
        {
            var rest = DrainPacing.Rest(busy, duty);
            rest.ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
            busy.TotalSeconds.ShouldBe((busy + rest).TotalSeconds * duty, tolerance: 1e-5);
        });

    [Property]
    public Property After_a_round_with_nothing_more_to_do_the_rest_is_at_least_a_poll_interval() =>
        Prop.ForAll(Time, Duty, Time, (busy, duty, poll) =>
        {
            var rest = DrainPacing.Rest(busy, duty);
            DrainPacing.AfterRound(busy, duty, more: false, poll).ShouldBe(rest > poll ? rest : poll);
            DrainPacing.AfterRound(busy, duty, more: true, poll).ShouldBe(rest);
        });

    [Property]
    public Property A_backoff_starts_at_the_least_never_falls_and_never_passes_the_most() =>
        Prop.ForAll(Count, Time, Time, (failures, one, other) =>
        {
            var (least, most) = one < other ? (one, other) : (other, one);
            var backoff = DrainPacing.Backoff(failures, least, most);
            backoff.ShouldBeInRange(least, most);
            DrainPacing.Backoff(failures + 1, least, most).ShouldBeGreaterThanOrEqualTo(backoff);
            DrainPacing.Backoff(1, least, most).ShouldBe(least);
        });

    [Property]
    public Property The_next_batch_has_an_hour_at_least_and_at_most_four_times_as_many_within_the_limit() =>
        Prop.ForAll(Count, Count, Count, (hours, rows, limit) =>
            DrainPacing.NextBatchHours(hours, rows, targetRows: 20_000, limit).ShouldBeInRange(1, Math.Min(limit, hours * 4)));

    [Property]
    public Property The_next_batch_aims_at_the_target_if_its_hours_are_like_those_before() =>
        Prop.ForAll(Count, Count, Count, (hours, rows, target) =>
        {
            var next = DrainPacing.NextBatchHours(hours, rows, target, maxHours: int.MaxValue);
            (next == 1 || (double)rows / hours * next <= target * 1.000001).ShouldBeTrue();
        });

    [Property]
    public Property After_hours_without_rows_the_batch_is_four_times_as_large() =>
        Prop.ForAll(Count, hours => DrainPacing.NextBatchHours(hours, rows: 0, 20_000, int.MaxValue).ShouldBe(hours * 4));
}
