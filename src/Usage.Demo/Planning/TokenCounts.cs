namespace Usage.Demo.Planning;

/// <summary>The four disjoint token classes of a usage row.</summary>
internal readonly record struct TokenCounts(long Input, long Output, long CacheRead, long CacheWrite)
{
    private const double Most = 50_000_000;

    public long Total => Input + Output + CacheRead + CacheWrite;

    /// <summary>Draws sizes typical of coding agents: mostly cached context, with a heavy tail.</summary>
    public static TokenCounts Draw(Random random, CatalogProvider provider, bool light)
    {
        var size = (light ? 0.15 : 1.0) * (random.Chance(0.01) ? random.LogNormal(12, 0.7) : 1);
        return new(
            Tokens(random.LogNormal(2_600, 1.2) * size),
            Tokens(random.LogNormal(1_900, 1.0) * size),
            random.Chance(0.93) ? Tokens(random.LogNormal(85_000, 1.3) * size) : 0,
            provider.CachesWrites ? Tokens(random.LogNormal(7_500, 1.1) * size) : 0);
    }

    private static long Tokens(double value) => (long)Math.Clamp(value, 1, Most);
}
