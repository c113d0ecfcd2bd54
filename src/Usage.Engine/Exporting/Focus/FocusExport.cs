namespace Usage.Engine.Exporting.Focus;

/// <summary>Usage in the FinOps Open Cost and Usage Specification, as CSV: a row a period, key, kind of tokens and source of cost.</summary>
internal sealed class FocusExport(string name, FocusVersion version) : ExportFormat
{
    /// <summary>The versions that are written.</summary>
    public static IReadOnlyList<ExportFormat> All { get; } =
    [
        new FocusExport("focus", FocusVersion.V14), new FocusExport("focus-1.2", FocusVersion.V12),
    ];

    public override string Name => name;

    public override string ContentType => "text/csv; charset=utf-8; header=present";

    public override string FileExtension => "focus.csv";

    internal override async ValueTask<ExportWriter> OpenAsync(Stream output, ExportContext context, CancellationToken cancellationToken)
    {
        CsvLines lines = new(output);
        foreach (var column in FocusColumns.Of(version))
        {
            lines.Text(column.Name);
        }

        await lines.EndLineAsync(cancellationToken).ConfigureAwait(false);
        return new FocusWriter(lines, context, FocusColumns.Of(version));
    }
}

/// <summary>A version of the specification.</summary>
internal enum FocusVersion
{
    V12,
    V14,
}
