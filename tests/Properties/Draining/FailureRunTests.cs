using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Shouldly;
using Usage.Engine.Hosting;

namespace Usage.Tests.Properties.Draining;

public sealed class FailureRunTests
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(5);

    /// <summary>A sequence of failures: true for a connection, false for a round.</summary>
    private static readonly Arbitrary<bool[]> Histories = Arb.From(ArbMap.Default.GeneratorFor<bool>().ArrayOf());

    [Property]
    public Property After_a_connection_failed_the_loop_never_rests_for_more_than_a_second_whatever_came_before() =>
        Prop.ForAll(Histories, history =>
            After(history).AndConnection().Rest(Least, Most).ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromSeconds(1)));

    [Property]
    public Property A_connection_that_fails_after_a_round_is_tried_again_at_once() =>
        Prop.ForAll(Histories, history => After(history).AndRound().AndConnection().Rest(Least, Most).ShouldBe(TimeSpan.Zero));

    [Property]
    public Property Rounds_back_off_as_if_no_connection_had_failed_between_them() =>
        Prop.ForAll(Histories, history =>
        {
            var rounds = history.Where(connection => !connection).ToArray();
            After(history).AndRound().Rest(Least, Most).ShouldBe(After(rounds).AndRound().Rest(Least, Most));
        });

    [Property]
    public Property Rests_of_an_outage_never_get_shorter_and_never_pass_the_longest() =>
        Prop.ForAll(Arb.From(Gen.Choose(1, 10_000)), Arb.From(Gen.Choose(1, 5_000)), (count, milliseconds) =>
        {
            var most = TimeSpan.FromMilliseconds(milliseconds);
            FailureRun run = new(count, Rounds: 0);
            run.AndConnection().Rest(TimeSpan.FromMilliseconds(1), most).ShouldBeGreaterThanOrEqualTo(run.Rest(TimeSpan.FromMilliseconds(1), most));
            run.Rest(TimeSpan.FromMilliseconds(1), most).ShouldBeLessThanOrEqualTo(most);
        });

    [Property(MaxTest = 1)]
    public void Five_failed_connections_in_a_row_cost_less_than_a_second_of_delay() =>
        Enumerable.Range(1, 5).Sum(count => new FailureRun(count, Rounds: 0).Rest(Least, Most).TotalSeconds).ShouldBeLessThan(1);

    private static FailureRun After(IEnumerable<bool> history) =>
        history.Aggregate(default(FailureRun), (run, connection) => connection ? run.AndConnection() : run.AndRound());
}
