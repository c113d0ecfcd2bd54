using System.Buffers.Binary;
using NodaTime;

namespace Usage.Demo.Planning;

/// <summary>The distributions of generated data.</summary>
internal static class Draws
{
    public static bool Chance(this Random random, double probability) => random.NextDouble() < probability;

    public static T Pick<T>(this Random random, IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    /// <summary>An index below <paramref name="count"/>, heavily skewed towards the first ones.</summary>
    public static int SkewedIndex(this Random random, int count) => (int)(count * Math.Pow(random.NextDouble(), 2.5));

    public static double Exponential(this Random random) => -Math.Log(1 - random.NextDouble());

    /// <summary>Log-normal: half of the values are below <paramref name="median"/>; the larger the spread, the heavier the tail.</summary>
    public static double LogNormal(this Random random, double median, double spread)
    {
        var normal = Math.Sqrt(2 * random.Exponential()) * Math.Cos(2 * Math.PI * random.NextDouble());
        return median * Math.Exp(spread * normal);
    }

    public static Guid Id(this Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return Uuid(bytes, version: 4);
    }

    /// <summary>A time-ordered id (UUIDv7), as applications use for index locality.</summary>
    public static Guid Id(this Random random, Instant at)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, at.ToUnixTimeMilliseconds() << 16);
        random.NextBytes(bytes[6..]);
        return Uuid(bytes, version: 7);
    }

    private static Guid Uuid(Span<byte> bytes, int version)
    {
        bytes[6] = (byte)((bytes[6] & 0x0F) | (version << 4));
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
