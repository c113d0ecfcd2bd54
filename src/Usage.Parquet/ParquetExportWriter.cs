using Parquet;
using Usage.Engine.Exporting;

namespace Usage.Parquet;

/// <summary>Collects a row group, writes it, and collects the next one in the same arrays.</summary>
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

        // Writes the footer, without which there is no file. An export that fails must not get one: so nothing else disposes of the writer.
        await writer.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        using var group = writer.CreateRowGroup();
        await columns.WriteAsync(group, cancellationToken).ConfigureAwait(false);
    }
}
