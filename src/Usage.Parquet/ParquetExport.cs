using System.IO.Compression;
using Parquet;
using Usage.Engine.Exporting;

namespace Usage.Parquet;

/// <summary>Usage as Parquet, with the columns of the CSV.</summary>
internal sealed class ParquetExport : ExportFormat
{
    private static readonly ParquetOptions Options = new() { CompressionMethod = CompressionMethod.Zstd, CompressionLevel = CompressionLevel.Fastest };

    public override string Name => "parquet";

    public override string ContentType => "application/vnd.apache.parquet";

    public override string FileExtension => "parquet";

    internal override async ValueTask<ExportWriter> OpenAsync(Stream output, ExportContext context, CancellationToken cancellationToken)
    {
        // The writer reads its stream's position, which a response body doesn't have.
        CountingStream counting = new(output);
        return new ParquetExportWriter(
            await ParquetWriter.CreateAsync(ParquetColumns.Schema, counting, Options, cancellationToken: cancellationToken).ConfigureAwait(false));
    }
}
