using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using Shouldly;
using Usage.Engine.Draining;
using Usage.Engine.Marks;
using Usage.Engine.Rollup;

namespace Usage.Tests.Properties.Draining;

public sealed class HourQueueTests
{
    private static readonly TimeSpan BackfillTime = TimeSpan.FromMilliseconds(250);

    private static readonly Arbitrary<int> Few = Arb.From(Gen.Choose(0, 40));

    private static readonly Arbitrary<int> BatchSize = Arb.From(Gen.Choose(1, 10));

    [Property]
    public Property Every_hour_is_handed_out_once_live_before_backfill_and_never_both_in_a_batch() =>
        Prop.ForAll(Few, Few, BatchSize, (live, backfill, atMost) =>
        {
            var hours = Hours(live, backfill);
            HourQueue queue = new(hours, workers: 1, BackfillTime, new FakeTimeProvider());
            var batches = TakeAll(queue, atMost);
            batches.SelectMany(batch => batch).ShouldBe(hours);
            batches.ShouldAllBe(batch => batch.Count <= atMost && batch.Select(hour => hour.Live).Distinct().Count() == 1);
            queue.LeftOver.ShouldBeFalse();
        });

    [Property]
    public Property When_the_time_is_up_all_live_hours_and_one_batch_of_backfill_are_handed_out() =>
        Prop.ForAll(Few, Few, BatchSize, (live, backfill, atMost) =>
        {
            FakeTimeProvider time = new();
            HourQueue queue = new(Hours(live, backfill), workers: 1, BackfillTime, time);
            time.Advance(BackfillTime + TimeSpan.FromTicks(1));
            var taken = TakeAll(queue, atMost).SelectMany(batch => batch).ToArray();
            taken.Count(hour => hour.Live).ShouldBe(live);
            taken.Count(hour => !hour.Live).ShouldBe(Math.Min(backfill, atMost));
            queue.LeftOver.ShouldBe(backfill > atMost);
        });

    [Property]
    public Property Workers_are_left_with_no_more_than_their_share_of_what_remains() =>
        Prop.ForAll(Arb.From(Gen.Choose(1, 400)), Arb.From(Gen.Choose(1, 4)), (backfill, workers) =>
        {
            HourQueue queue = new(Hours(0, backfill), workers, BackfillTime, new FakeTimeProvider());
            var remaining = backfill;
            foreach (var batch in TakeAll(queue, atMost: 256))
            {
                batch.Count.ShouldBeLessThanOrEqualTo(Math.Max(64, (remaining + workers - 1) / workers));
                remaining -= batch.Count;
            }

            remaining.ShouldBe(0);
        });

    private static MarkedHour[] Hours(int live, int backfill) =>
    [
        .. Enumerable.Range(0, live + backfill).Select(number => new MarkedHour(
            HourBucket.Containing(HourBucket.RangeStart + Duration.FromHours(number)), Live: number < live, "{}")),
    ];

    private static List<IReadOnlyList<MarkedHour>> TakeAll(HourQueue queue, int atMost)
    {
        List<IReadOnlyList<MarkedHour>> batches = [];
        while (queue.Take(atMost) is { Count: > 0 } batch)
        {
            batches.Add(batch);
        }

        return batches;
    }
}
