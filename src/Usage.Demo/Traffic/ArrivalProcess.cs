using Usage.Demo.Planning;

namespace Usage.Demo.Traffic;

/// <summary>Generates requests: a Poisson process with heavy-tailed sizes.</summary>
internal static class ArrivalProcess
{
    private const long MostTokens = 1_000_000;

    /// <param name="seed">Equal seeds give equal requests.</param>
    /// <param name="rate">Average requests per second, greater than 0.</param>
    /// <param name="duration">Duration; null for endless traffic.</param>
    public static IEnumerable<TrafficRequest> Requests(Seed seed, double rate, TimeSpan? duration)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        var random = seed.Random();
        var end = duration ?? TimeSpan.MaxValue;
        var at = TimeSpan.Zero;
        while ((at += TimeSpan.FromSeconds(random.Exponential() / rate)) < end)
        {
            yield return new(at, Tokens(random.LogNormal(2_000, 1.1)), Tokens(random.LogNormal(150, 1.2)));
        }
    }

    private static long Tokens(double value) => Math.Clamp((long)value, 1, MostTokens);
}
