using System.Buffers.Binary;

namespace Usage.Engine.Rollup;

/// <summary>How ids of tasks are stored: 16 bytes each, most significant first, so that bytes and ids have the same order.</summary>
internal static class TaskIds
{
    public const int Size = 16;

    public static byte[] ToBytes(ReadOnlySpan<Guid> ids)
    {
        var bytes = new byte[ids.Length * Size];
        Write(ids, bytes);
        return bytes;
    }

    public static void Write(ReadOnlySpan<Guid> ids, Span<byte> bytes)
    {
        for (var place = 0; place < ids.Length; place++)
        {
            ids[place].TryWriteBytes(bytes.Slice(place * Size, Size), bigEndian: true, out _);
        }
    }

    public static Guid[] Read(ReadOnlySpan<byte> bytes)
    {
        var ids = new Guid[bytes.Length / Size];
        for (var place = 0; place < ids.Length; place++)
        {
            ids[place] = At(bytes, place);
        }

        return ids;
    }

    /// <summary>The id at a place, counted from 0.</summary>
    public static Guid At(ReadOnlySpan<byte> bytes, int place) => new(bytes.Slice(place * Size, Size), bigEndian: true);

    /// <summary>The id at a place as a number, which compares and hashes faster, and in the same order.</summary>
    public static UInt128 NumberAt(ReadOnlySpan<byte> bytes, int place) => BinaryPrimitives.ReadUInt128BigEndian(bytes.Slice(place * Size, Size));

    /// <summary>An id as a number.</summary>
    public static UInt128 NumberOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[Size];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
