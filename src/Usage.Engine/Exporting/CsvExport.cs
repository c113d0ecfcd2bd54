namespace Usage.Engine.Exporting;

/// <summary>Usage as CSV: a header, then a line a key.</summary>
internal sealed class CsvExport : ExportFormat
{
    public override string Name => "csv";

    public override string ContentType => "text/csv; charset=utf-8; header=present";

    public override string FileExtension => "csv";

    internal override async ValueTask<ExportWriter> OpenAsync(Stream output, ExportContext context, CancellationToken cancellationToken)
    {
        CsvLines lines = new(output);
        foreach (var name in ExportColumns.Names)
        {
            lines.Text(name);
        }

        await lines.EndLineAsync(cancellationToken).ConfigureAwait(false);
        return new Writer(lines);
    }

    private sealed class Writer(CsvLines lines) : KeyedWriter
    {
        protected override ValueTask WriteAsync(ExportRow row, decimal costUsd, bool isUnpriced, CancellationToken cancellationToken)
        {
            var key = row.Key;
            lines.Date(key.Date).Time(key.Start).Time(key.End)
                .Id(key.WorkspaceId).Id(key.AgentId).Id(key.RuntimeId).Id(key.ProjectId).Text(key.Provider).Text(key.Model);
            Write(row.Tokens);
            lines.Number(row.CostUsdTicks);
            Write(row.Uncosted);
            lines.Number(row.EventCount).Number(costUsd).Flag(isUnpriced);
            return lines.EndLineAsync(cancellationToken);
        }

        protected override ValueTask EndAsync(CancellationToken cancellationToken) => lines.FlushAsync(cancellationToken);

        private void Write(in ExportTokens tokens) =>
            lines.Number(tokens.Input).Number(tokens.Output).Number(tokens.CacheRead).Number(tokens.CacheWrite);
    }
}
