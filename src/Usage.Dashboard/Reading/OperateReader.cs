using NodaTime;
using Npgsql;
using Usage.AspNetCore;
using Usage.Engine.Maintenance;

namespace Usage.Dashboard.Reading;

/// <summary>Live marks of an age.</summary>
internal readonly record struct PendingAge(string Age, long Marks);

/// <summary>All that the operator's page shows.</summary>
internal sealed record OperateView(
    EngineStatus Status, IReadOnlyList<PendingAge> Ages, IReadOnlyList<EngineSample> History, (Instant At, VerifyReport Report)? LastVerify,
    Instant Now)
{
    /// <summary>Usage rows that all replicas read in a second, over what is remembered; null when that is too little.</summary>
    public double? RowsPerSecond => History is [var first, .., var last] && last.At > first.At && last.DrainedRows >= first.DrainedRows
        ? (last.DrainedRows - first.DrainedRows) / (last.At - first.At).TotalSeconds
        : null;

    /// <summary>Hours that a backfill under way has computed in a second so far; null before that is known.</summary>
    public double? BackfillRate => Status.Backfill is { CompletedAt: null } backfill && backfill.HoursTotal > backfill.HoursPending && Now > backfill.StartedAt
        ? (backfill.HoursTotal - backfill.HoursPending) / (Now - backfill.StartedAt).TotalSeconds
        : null;

    /// <summary>What it still takes at that rate.</summary>
    public Duration? BackfillLeft => BackfillRate is { } rate ? Duration.FromSeconds(Status.Backfill!.HoursPending / rate) : null;
}

/// <summary>Reads the state of the engine for an operator.</summary>
internal sealed class OperateReader(NpgsqlDataSource database, EngineState engine, EngineHistory history, TimeProvider time)
{
    private static readonly string[] Ages = ["under 1 s", "1 to 10 s", "10 s to 1 min", "1 to 10 min", "over 10 min"];

    private const string AgesSql = """
        select width_bucket(extract(epoch from clock_timestamp() - d.enqueued_at)::float8, array[1, 10, 60, 600]::float8[]), count(*)
        from usage_rollup.dirty d
        where d.origin = 0
        group by 1
        """;

    public async Task<OperateView> ReadAsync(CancellationToken cancellationToken)
    {
        var counts = new long[Ages.Length];
        foreach (var (age, marks) in await database.ReadRowsAsync<(int Age, long Marks)>(AgesSql, parameters: null, cancellationToken).ConfigureAwait(false))
        {
            counts[age] = marks;
        }

        return new(
            await engine.ReadAsync(cancellationToken).ConfigureAwait(false), [.. Ages.Zip(counts, (age, marks) => new PendingAge(age, marks))], history.Samples,
            history.LastVerify, Instant.FromDateTimeOffset(time.GetUtcNow()));
    }
}
