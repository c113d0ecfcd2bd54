namespace Usage.Engine.Exporting;

/// <summary>Writes one file, row by row. What it keeps in memory does not depend on how many there are.</summary>
internal abstract class ExportWriter : IAsyncDisposable
{
    /// <summary>Takes the next row. Rows of one key follow each other, one a price.</summary>
    public abstract ValueTask WriteAsync(ExportRow row, CancellationToken cancellationToken);

    /// <summary>Writes what is left. A file that is not completed is none.</summary>
    public abstract ValueTask CompleteAsync(CancellationToken cancellationToken);

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
