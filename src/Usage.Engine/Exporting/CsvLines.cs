using System.Buffers;
using System.Buffers.Text;
using System.Text;
using NodaTime;

namespace Usage.Engine.Exporting;

/// <summary>
/// CSV (RFC 4180) in UTF-8, written through one buffer. Text is written as <see cref="CsvField"/> does.
/// </summary>
internal sealed class CsvLines(Stream output)
{
    private const int FlushAt = 64 * 1024;

    private readonly ArrayBufferWriter<byte> buffer = new(2 * FlushAt);
    private bool isFirst = true;

    public CsvLines Raw(ReadOnlySpan<byte> utf8)
    {
        Separate();
        buffer.Write(utf8);
        return this;
    }

    public CsvLines Empty()
    {
        Separate();
        return this;
    }

    public CsvLines Text(string text)
    {
        Separate();
        text = CsvField.Text(text);
        buffer.Advance(Encoding.UTF8.GetBytes(text, buffer.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length))));
        return this;
    }

    public CsvLines Number(long value)
    {
        Separate();
        Utf8Formatter.TryFormat(value, buffer.GetSpan(20), out var written);
        buffer.Advance(written);
        return this;
    }

    /// <summary>Without trailing zeros.</summary>
    public CsvLines Number(decimal value)
    {
        Separate();
        Utf8Formatter.TryFormat(value / 1.000000000000000000000000000m, buffer.GetSpan(40), out var written);
        buffer.Advance(written);
        return this;
    }

    public CsvLines Id(Guid? id)
    {
        Separate();
        if (id is { } some)
        {
            Utf8Formatter.TryFormat(some, buffer.GetSpan(36), out var written);
            buffer.Advance(written);
        }

        return this;
    }

    public CsvLines Flag(bool value) => Raw(value ? "true"u8 : "false"u8);

    public CsvLines Time(Instant time)
    {
        Separate();
        time.ToDateTimeUtc().TryFormat(buffer.GetSpan(20), out var written, "yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        buffer.Advance(written);
        return this;
    }

    public CsvLines Date(LocalDate date)
    {
        Separate();
        date.ToDateOnly().TryFormat(buffer.GetSpan(10), out var written, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        buffer.Advance(written);
        return this;
    }

    /// <summary>Ends the line.</summary>
    public ValueTask EndLineAsync(CancellationToken cancellationToken)
    {
        buffer.Write("\r\n"u8);
        isFirst = true;
        return buffer.WrittenCount >= FlushAt ? FlushAsync(cancellationToken) : ValueTask.CompletedTask;
    }

    /// <summary>Writes the buffer to the output.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await output.WriteAsync(buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
        buffer.ResetWrittenCount();
    }

    private void Separate()
    {
        if (!isFirst)
        {
            buffer.Write(","u8);
        }

        isFirst = false;
    }
}
