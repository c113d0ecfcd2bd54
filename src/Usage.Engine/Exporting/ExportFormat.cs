namespace Usage.Engine.Exporting;

/// <summary>A format of exported files.</summary>
public abstract class ExportFormat
{
    private protected ExportFormat()
    {
    }

    /// <summary>The name that asks for it, such as <c>csv</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The media type of its files.</summary>
    public abstract string ContentType { get; }

    /// <summary>The ending of its files' names, without a dot.</summary>
    public abstract string FileExtension { get; }

    /// <summary>Begins a file.</summary>
    internal abstract ValueTask<ExportWriter> OpenAsync(Stream output, ExportContext context, CancellationToken cancellationToken);
}
