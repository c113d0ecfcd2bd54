using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Shouldly;
using Usage.Demo.Planning;
using Usage.Demo.Traffic;
using Xunit;

namespace Usage.Tests.Properties.Demo;

public sealed class TrafficProperties
{
    [Property]
    public void Requests_arrive_in_order_and_before_the_end(int seed)
    {
        var arrivals = ArrivalProcess.Requests(new Seed(seed), rate: 50, TimeSpan.FromSeconds(10)).Select(request => request.At).ToList();

        arrivals.ShouldBeInOrder();
        arrivals.ShouldAllBe(at => at > TimeSpan.Zero && at < TimeSpan.FromSeconds(10));
        arrivals.Count.ShouldBeInRange(350, 650);
    }

    [Property]
    public Property A_percentile_is_at_most_5_percent_above_the_latency_of_its_rank() => Prop.ForAll(
        Arb.From(Gen.Choose(1, 10_000_000).NonEmptyListOf()), microseconds =>
        {
            var histogram = new LatencyHistogram();
            foreach (var latency in microseconds)
            {
                histogram.Add(TimeSpan.FromMicroseconds(latency));
            }

            foreach (var share in new[] { 0.01, 0.5, 0.99, 1 })
            {
                var exact = microseconds.Order().ElementAt((int)Math.Ceiling(microseconds.Count * share) - 1);
                histogram.Percentile(share).TotalMicroseconds.ShouldBeInRange(exact * 0.99 - 1, (exact * 1.06) + 1);
            }
        });

    [Fact]
    public async Task A_trace_is_replayed_at_the_requested_speed()
    {
        var requests = await ReplayAsync("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,374,44\n2023-11-16 18:15:48.6805900,396,109\n", speed: 4);

        requests.ShouldBe([new(TimeSpan.Zero, 374, 44), new(TimeSpan.FromSeconds(0.5), 396, 109)]);
    }

    [Theory]
    [InlineData("TIMESTAMP,ContextTokens\n", "line 1: the header is 'TIMESTAMP,ContextTokens': must contain GeneratedTokens exactly once")]
    [InlineData("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46,374,44\n2023-11-16 18:15:47,-3,44\n", "line 3: ContextTokens is '-3'")]
    [InlineData("TIMESTAMP,ContextTokens,GeneratedTokens\nyesterday,374,44\n", "line 2: TIMESTAMP is 'yesterday'")]
    [InlineData("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46,374\n", "line 2: GeneratedTokens is ''")]
    [InlineData("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46,1,1\n2023-11-16 18:15:45,1,1\n", "line 3: TIMESTAMP is '2023-11-16 18:15:45': must not be earlier")]
    public async Task A_bad_line_is_named_with_its_value_and_the_rule(string text, string expected)
    {
        var refusal = await Should.ThrowAsync<TraceFormatException>(() => ReplayAsync(text, speed: 1));

        refusal.Message.ShouldContain(expected);
    }

    private static async Task<List<TrafficRequest>> ReplayAsync(string text, double speed)
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
            return await new TraceFile(path, speed).ReadAsync(TestContext.Current.CancellationToken)
                .ToListAsync(TestContext.Current.CancellationToken);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
