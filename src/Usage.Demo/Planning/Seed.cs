namespace Usage.Demo.Planning;

/// <summary>The source of all randomness in generated data. Equal seeds give equal numbers on every machine.</summary>
internal readonly record struct Seed(ulong Value)
{
    public Seed(int value)
        : this(unchecked((ulong)value))
    {
    }

    /// <summary>Derives an independent seed for a part.</summary>
    public Seed Of(ulong part) => new(Mix(Value ^ Mix(part)));

    public Random Random() => new(unchecked((int)Mix(Value)));

    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value += 0x9E3779B97F4A7C15;
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
