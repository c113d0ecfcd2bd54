namespace Usage.Engine.Pricing;

/// <summary>The tokens of one call of a model. The classes are disjoint, but for the last, which is part of the one before.</summary>
internal readonly record struct CallTokens(long Input, long Output, long CacheRead, long CacheWrite, long CacheWrite1h)
{
    /// <summary>What tiers go by: all that the model was given.</summary>
    public long Context => Input + CacheRead + CacheWrite;
}
