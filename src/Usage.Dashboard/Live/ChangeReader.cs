using NodaTime;
using Npgsql;
using Usage.AspNetCore;
using Usage.Engine.Standby;

namespace Usage.Dashboard.Live;

/// <summary>
/// Reads whether a workspace's figures may have changed, where its reports are read: a standby that has not replayed a change does not show it yet.
/// </summary>
internal sealed class ChangeReader(ReportDatabase database)
{
    // Reads a few rows, whatever the size of the rollup.
    private const string EngineSql = """
        select concat_ws(
                   ' ',
                   (select sum(total_rows + total_hours) from usage_rollup.replica),
                   (select max(drain_ended_at) from usage_rollup.replica)),
               concat_ws(
                   ' ',
                   (select paused_at from usage_rollup.control),
                   (select count(*) from usage_rollup.set_aside),
                   (select count(completed_at) from usage_rollup.backfill))
        """;

    // A changed bucket gets a new timestamp; a deleted one lowers the count.
    private const string SinceSql = """
        select concat_ws(' ', count(*), sum((extract(epoch from updated_at) * 1000000)::bigint))
        from usage_rollup.hourly
        where workspace_id = @workspace and bucket_hour >= @since
        """;

    private const string BeforeSql = """
        select concat_ws(' ', count(*), sum((extract(epoch from updated_at) * 1000000)::bigint))
        from usage_rollup.hourly
        where workspace_id = @workspace and bucket_hour < @since
        """;

    /// <summary>
    /// The progress of all drains (without a drain, no bucket changes), and the state of the engine that viewers see.
    /// </summary>
    public async Task<(string Drains, string Engine)> EngineAsync(CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            ReadPoint.Any, connection => connection.ReadRowsAsync<(string Drains, string Engine)>(EngineSql, parameters: null, cancellationToken),
            cancellationToken).ConfigureAwait(false)).Result[0];

    /// <summary>A version of the workspace's buckets from an hour on. It is read often, so they should be few.</summary>
    public Task<string> SinceAsync(Guid workspace, Instant since, CancellationToken cancellationToken) =>
        BucketsAsync(SinceSql, workspace, since, cancellationToken);

    /// <summary>A version of the workspace's buckets before that hour.</summary>
    public Task<string> BeforeAsync(Guid workspace, Instant since, CancellationToken cancellationToken) =>
        BucketsAsync(BeforeSql, workspace, since, cancellationToken);

    private async Task<string> BucketsAsync(string sql, Guid workspace, Instant since, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            ReadPoint.Any, connection => connection.ReadValueAsync<string>(sql, new { workspace, since = since.ToDateTimeUtc() }, cancellationToken),
            cancellationToken).ConfigureAwait(false)).Result!;
}
