using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using Usage.AspNetCore.Parameters;

namespace Usage.AspNetCore.Exports;

/// <summary>An export of a workspace's usage. It is always exact: what is pending is read from raw rows.</summary>
internal sealed record ExportQuery : WindowRequest
{
    [FromQuery(Name = "format"), Description("csv, focus (FOCUS 1.4), focus-1.2, or parquet where the host has it. Default: csv.")]
    public string? Format { get; init; }

    [FromQuery(Name = "by"), Description("The period of a row: day (of the time zone) or hour (UTC). Default: day.")]
    public string? By { get; init; }
}
