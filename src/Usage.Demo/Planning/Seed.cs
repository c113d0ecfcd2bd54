namespace Usage.Demo.Planning;

/// <summary>Where all chance in made-up data comes from: equal seeds and streams give equal numbers, on every machine.</summary>
internal readonly record struct Seed(ulong Value)
{
    public Seed(int value)
        : this(unchecked((ulong)value))
    {
    }

    /// <summary>The seed of a part, independent of those of all other parts.</summary>
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
