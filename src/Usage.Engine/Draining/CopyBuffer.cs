using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using NodaTime;
using Usage.Engine.Rollup;

namespace Usage.Engine.Draining;

/// <summary>
/// Encodes rows in the binary COPY format: the number of fields, then each field's length and bytes, big-endian. Rows are
/// buffered and sent in large chunks, because an importer that awaits every value spends most of its time awaiting.
/// </summary>
internal sealed class CopyBuffer
{
    private const int PieceSize = 1 << 16;
    private const int NullLength = -1;
    private const short EndOfRows = -1;

    private static readonly Instant Epoch = Instant.FromUtc(2000, 1, 1, 0, 0);

    private readonly ArrayBufferWriter<byte> bytes = new(PieceSize + (PieceSize / 4));

    /// <summary>Starts with the signature, empty flags and an empty header extension.</summary>
    public CopyBuffer() => bytes.Write<byte>([.. "PGCOPY\n"u8, 0xff, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0]);

    /// <summary>Sends the buffer once it has reached the chunk size.</summary>
    public async ValueTask SendPieceAsync(Stream copy, CancellationToken cancellationToken)
    {
        if (bytes.WrittenCount >= PieceSize)
        {
            await SendAsync(copy, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes the trailer and sends the rest.</summary>
    public async ValueTask SendEndAsync(Stream copy, CancellationToken cancellationToken)
    {
        WriteShort(EndOfRows);
        await SendAsync(copy, cancellationToken).ConfigureAwait(false);
    }

    public void BeginRow(short fields) => WriteShort(fields);

    public void Write(long value)
    {
        var field = bytes.GetSpan(sizeof(int) + sizeof(long));
        BinaryPrimitives.WriteInt32BigEndian(field, sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(field[sizeof(int)..], value);
        bytes.Advance(sizeof(int) + sizeof(long));
    }

    /// <summary>Writes microseconds since 2000-01-01T00:00:00Z.</summary>
    public void Write(Instant value) => Write((value - Epoch).ToInt64Nanoseconds() / 1_000);

    public void Write(Guid value)
    {
        const int Length = 16;
        var field = bytes.GetSpan(sizeof(int) + Length);
        BinaryPrimitives.WriteInt32BigEndian(field, Length);
        value.TryWriteBytes(field[sizeof(int)..], bigEndian: true, out _);
        bytes.Advance(sizeof(int) + Length);
    }

    public void Write(Guid? value)
    {
        if (value is { } known)
        {
            Write(known);
        }
        else
        {
            WriteInt(NullLength);
        }
    }

    public void Write(string value)
    {
        WriteInt(Encoding.UTF8.GetByteCount(value));
        Encoding.UTF8.GetBytes(value, bytes);
    }

    /// <summary>As bytes, one after the other.</summary>
    public void Write(Guid[] values)
    {
        var length = TaskIds.Size * values.Length;
        WriteInt(length);
        TaskIds.Write(values, bytes.GetSpan(length));
        bytes.Advance(length);
    }

    private async ValueTask SendAsync(Stream copy, CancellationToken cancellationToken)
    {
        await copy.WriteAsync(bytes.WrittenMemory, cancellationToken).ConfigureAwait(false);
        bytes.ResetWrittenCount();
    }

    private void WriteShort(short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(bytes.GetSpan(sizeof(short)), value);
        bytes.Advance(sizeof(short));
    }

    private void WriteInt(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(bytes.GetSpan(sizeof(int)), value);
        bytes.Advance(sizeof(int));
    }
}
