using System.ComponentModel;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Usage.AspNetCore.Operating;

internal record OperatingQuery
{
    public required HttpContext Context { get; init; }
}

internal sealed record DrainQuery : OperatingQuery
{
    [FromQuery(Name = "workspace_id"), Description("Drain only what may affect this workspace: a GUID. Default: everything.")]
    public string? WorkspaceId { get; init; }
}

/// <summary>A range of hours.</summary>
internal record HoursQuery : OperatingQuery
{
    [FromQuery(Name = "from"), Description("Start, inclusive: a UTC date or an instant, such as 2026-01-31T18:00:00Z. Default: all history.")]
    public string? From { get; init; }

    [FromQuery(Name = "to"), Description("End, exclusive, in the same formats. Default: all history.")]
    public string? To { get; init; }
}

internal sealed record BackfillQuery : HoursQuery
{
    [FromQuery(Name = "dry_run"), Description("true: only count what would be recomputed.")]
    public string? DryRun { get; init; }
}

internal sealed record VerifyQuery : HoursQuery
{
    [FromQuery(Name = "repair"), Description("true: mark the drifted hours for recomputation.")]
    public string? Repair { get; init; }

    [FromQuery(Name = "list_at_most"), Description("Maximum number of drifted buckets to list: 0 to 10,000. All are counted. Default: 1,000.")]
    public string? ListAtMost { get; init; }
}
