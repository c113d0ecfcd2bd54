namespace Usage.Engine.Exporting;

/// <summary>An output that can be written again from its beginning: it is seekable, or nothing has reached it yet.</summary>
internal sealed class RepeatableOutput
{
    private readonly Stream output;
    private readonly long start;

    public RepeatableOutput(Stream output)
    {
        this.output = output;
        start = output.CanSeek ? output.Position : 0;
        Stream = output.CanSeek ? output : new Watched(output);
    }

    /// <summary>What to write to.</summary>
    public Stream Stream { get; }

    /// <summary>Goes back to the beginning; false if that is impossible.</summary>
    public bool TryReset()
    {
        if (Stream is Watched watched)
        {
            return !watched.IsWritten;
        }

        output.SetLength(start);
        output.Position = start;
        return true;
    }

    private sealed class Watched(Stream output) : Stream
    {
        public bool IsWritten { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => output.CanWrite;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => output.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => output.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            IsWritten |= buffer.Length > 0;
            output.Write(buffer);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            IsWritten |= buffer.Length > 0;
            return output.WriteAsync(buffer, cancellationToken);
        }
    }
}
