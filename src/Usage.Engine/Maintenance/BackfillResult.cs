using NodaTime;

namespace Usage.Engine.Maintenance;

/// <summary>The result of a backfill, or of a dry run.</summary>
/// <param name="Hours">Hours marked.</param>
/// <param name="Rows">Usage rows that this call read; in a dry run, the rows in the range.</param>
/// <param name="Written">Buckets that this call inserted or updated.</param>
/// <param name="Deleted">Buckets that this call deleted.</param>
/// <param name="Failed">Hours that were set aside with an error.</param>
/// <param name="DryRun">Whether nothing was marked.</param>
/// <param name="Elapsed">Time from the first mark to the last commit.</param>
public sealed record BackfillResult(
    long Hours, long Rows, long Written, long Deleted, long Failed, bool DryRun, Duration Elapsed);
