using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NodaTime;
using Shouldly;
using Usage.Engine.Reporting;
using Usage.Engine.Rollup;
using Xunit;

namespace Usage.Tests.Properties.Reporting;

public sealed class TaskMapTests
{
    // Ids as they come: at random, in sequence in either half, and few, so that they repeat.
    private static readonly Gen<Guid> Ids = Gen.OneOf(
        ArbMap.Default.GeneratorFor<Guid>(),
        Gen.Choose(0, 5_000).Select(number => Id(0, (ulong)number)),
        Gen.Choose(0, 5_000).Select(number => Id((ulong)number, 7)),
        Gen.Choose(0, 20).Select(number => Id((ulong)number, (ulong)number)));

    [Property(MaxTest = 50)]
    public Property A_map_numbers_tasks_as_a_dictionary_does_also_after_it_was_used() => Prop.ForAll(
        Gen.ListOf(Ids).Resize(6_000).ToArbitrary(),
        ids =>
        {
            Dictionary<Guid, int> expected = [];
            using var map = TaskMap.Take();
            foreach (var id in ids)
            {
                ref var number = ref map.NumberOf(TaskIds.NumberOf(id));
                number.ShouldBe(expected.GetValueOrDefault(id));
                number = expected[id] = number == 0 ? expected.Count + 1 : number;
            }

            map.Count.ShouldBe(expected.Count);
        });

    [Fact]
    public void A_map_that_grows_forgets_nothing()
    {
        using var map = TaskMap.Take();
        for (var number = 1; number <= 100_000; number++)
        {
            map.NumberOf(new UInt128(0, (ulong)number) << 32) = number;
        }

        for (var number = 1; number <= 100_000; number++)
        {
            map.NumberOf(new UInt128(0, (ulong)number) << 32).ShouldBe(number);
        }

        map.Count.ShouldBe(100_000);
    }

    [Property(MaxTest = 100)]
    public Property A_stored_id_has_the_number_of_the_id_and_its_order() => Prop.ForAll(
        Ids.ToArbitrary(), Ids.ToArbitrary(), (one, other) =>
        {
            var bytes = TaskIds.ToBytes([one, other]);
            TaskIds.NumberAt(bytes, 0).ShouldBe(TaskIds.NumberOf(one));
            TaskIds.NumberAt(bytes, 1).ShouldBe(TaskIds.NumberOf(other));
            Math.Sign(TaskIds.NumberOf(one).CompareTo(TaskIds.NumberOf(other))).ShouldBe(Math.Sign(one.CompareTo(other)));
        });

    [Property(MaxTest = 50)]
    public Property Each_task_is_counted_in_the_slot_and_for_the_agent_of_its_first_use() => Prop.ForAll(
        Gen.ListOf(from id in Ids from hour in Gen.Choose(0, 47) from agent in Gen.Choose(1, 3) select (Id: id, Hour: hour, Agent: agent))
            .Resize(3_000).ToArbitrary(),
        uses =>
        {
            var start = Instant.FromUtc(2026, 5, 1, 0, 0);
            using FirstUseCount count = new([start + Duration.FromDays(1)]);
            foreach (var (id, hour, agent) in uses)
            {
                count.Add(new(null, Id(0, (ulong)agent), null), start + Duration.FromHours(hour), TaskIds.ToBytes([id]));
            }

            var expected = uses.GroupBy(use => use.Id).Select(task => task.MinBy(use => use.Hour))
                .GroupBy(use => (use.Hour / 24, Id(0, (ulong)use.Agent))).Select(cell => (cell.Key, cell.LongCount()));
            count.Cells().Select(cell => ((cell.Slot, cell.AgentId), cell.Tasks)).ShouldBe(expected, ignoreOrder: true);
        });

    private static Guid Id(ulong high, ulong low) => TaskIds.At(Bytes(high, low), 0);

    private static byte[] Bytes(ulong high, ulong low)
    {
        var bytes = new byte[TaskIds.Size];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, new(high, low));
        return bytes;
    }
}
