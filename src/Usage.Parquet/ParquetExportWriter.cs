using Parquet;
using Usage.Engine.Exporting;

namespace Usage.Parquet;

/// <summary>Collects rows, writes them as a row group, and reuses the arrays for the next one.</summary>
internal sealed class ParquetExportWriter(ParquetWriter writer) : KeyedWriter
{
    private readonly ParquetColumns columns = new();

    protected override ValueTask WriteAsync(ExportRow row, decimal costUsd, bool isUnpriced, CancellationToken cancellationToken)
    {
        columns.Add(row, costUsd, isUnpriced);
        return columns.IsFull ? FlushAsync(cancellationToken) : ValueTask.CompletedTask;
    }

    protected override async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        if (!columns.IsEmpty)
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        // Writes the footer. A file without one is invalid, which is right for an export that failed: so nothing else disposes the writer.
        await writer.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        using var group = writer.CreateRowGroup();
        await columns.WriteAsync(group, cancellationToken).ConfigureAwait(false);
    }
}
