using Dapper;
using Usage.Benchmarks.DataSets;

namespace Usage.Benchmarks.Reads;

/// <summary>A workspace to report on, and its busiest runtime.</summary>
/// <param name="Name">A label.</param>
/// <param name="UsageRows">Usage rows of the workspace.</param>
internal sealed record Subject(string Name, Guid WorkspaceId, Guid RuntimeId, long UsageRows)
{
    // The rollup is verified at the end, and faster to count than the raw rows.
    private const string ExtremesSql = """
        with runtime as (
            select workspace_id, runtime_id, sum(event_count) as usage_rows from usage_rollup.hourly group by 1, 2),
        workspace as (
            select workspace_id, (array_agg(runtime_id order by usage_rows desc))[1] as runtime_id, sum(usage_rows)::bigint as usage_rows,
                   row_number() over (order by sum(usage_rows) desc) as place, count(*) over () as workspaces
            from runtime
            group by 1)
        select case place when 1 then 'largest' else 'median' end as name, workspace_id as WorkspaceId, runtime_id as RuntimeId,
               usage_rows as UsageRows
        from workspace
        where place in (1, (workspaces + 1) / 2)
        order by place
        """;

    private const string BucketsSql = """
        select count(*)
        from usage_rollup.hourly
        where workspace_id = @WorkspaceId and (not @OfRuntime or runtime_id = @RuntimeId)
          and bucket_hour >= @start and bucket_hour < @end
        """;

    /// <summary>Finds the workspaces with the most and with the median number of usage rows.</summary>
    public static async Task<IReadOnlyList<Subject>> FindAsync(DataSet data, CancellationToken cancellationToken)
    {
        await using var connection = await data.Database.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<Subject>(new CommandDefinition(ExtremesSql, cancellationToken: cancellationToken))];
    }

    /// <summary>Counts the buckets that a report aggregates.</summary>
    public async Task<long> CountBucketsAsync(DataSet data, ReportQuestion question, CancellationToken cancellationToken)
    {
        await using var connection = await data.Database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<long>(new CommandDefinition(
            BucketsSql,
            new
            {
                WorkspaceId, RuntimeId, question.Kind.OfRuntime,
                start = question.Window.Start.ToDateTimeUtc(), end = question.Window.End.ToDateTimeUtc(),
            },
            cancellationToken: cancellationToken));
    }
}
