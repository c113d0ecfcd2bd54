namespace Usage.Host.Comparing;

/// <summary>
/// Builds the statement that reads what differs in a range of hours: the rollup, the other table and the raw rows, summed by the dimensions
/// that the other table has. One GROUP BY over all three treats NULLs as equal, which no full join does.
/// </summary>
internal static class ComparisonSql
{
    /// <summary>The range of all hours on either side.</summary>
    public static string Bounds(OtherRollup other) => $"""
        select min(bucket_hour) as first, max(bucket_hour) + interval '1 hour' as end
        from (
            select min(bucket_hour) as bucket_hour from usage_rollup.hourly
            union all select max(bucket_hour) from usage_rollup.hourly
            union all select min({other.Hour}) from {other.Name}
            union all select max({other.Hour}) from {other.Name}) hours
        """;

    /// <summary>Keys of the other table in the range, and how many begin within an hour.</summary>
    public static string Counts(OtherRollup other) => $"""
        select count(*), count(*) filter (where {other.Hour} <> date_trunc('hour', {other.Hour}, 'UTC'))
        from {other.Name}
        where {other.Hour} >= @from and {other.Hour} < @to
        """;

    /// <summary>
    /// Columns: the hour; its dimensions as one text; its workspace; whether marks of the hour are pending; whether the key's agent, or its workspace,
    /// exists; whether a raw row of it changed lately; then for each measure the rollup's, the other table's and the raw sum, and what of the raw sum
    /// has no runtime.
    /// </summary>
    public static string Differences(OtherRollup other)
    {
        var keys = Joined(other.Dimensions.Select(dimension => dimension.Name));
        return $"""
            with side as (
                select bucket_hour{keys}{Each(other, name => $", {name}::numeric as o_{name}, null::numeric as t_{name}, null::numeric as r_{name}, null::numeric as n_{name}")},
                       null::timestamptz as changed_at
                from usage_rollup.hourly
                where bucket_hour >= @from and bucket_hour < @to
                union all
                select {other.Hour}{Joined(other.Dimensions.Select(dimension => dimension.Value))}
                       {Each(other, (_, column) => $", null, {column}::numeric, null, null")}, null
                from {other.Name}
                where {other.Hour} >= @from and {other.Hour} < @to
                union all
                select date_trunc('hour', u.created_at, 'UTC'){Joined(other.Dimensions.Select(dimension => OfUsage(dimension.Name)))}
                       {Each(other, name => $", null, null, {OfUsage(name)}, {OfUsage(name)} filter (where t.runtime_id is null)")}, max(u.updated_at)
                from public.task_usage u
                join public.agent_task_queue t on t.id = u.task_id
                join public.agent a on a.id = t.agent_id
                left join public.issue i on i.id = t.issue_id
                where u.created_at >= @from and u.created_at < @to
                group by {string.Join(", ", Enumerable.Range(1, other.Dimensions.Count + 1))}),
            pending as (select distinct bucket_hour from usage_rollup.dirty)
            select s.bucket_hour,
                   concat_ws(', ', {string.Join(", ", other.Dimensions.Select(dimension => $"'{Label(dimension.Name)} ' || s.{dimension.Name}").DefaultIfEmpty("null"))}) as key,
                   {(other.Dimensions.Any(dimension => dimension.Name == "workspace_id") ? "s.workspace_id" : "null::uuid")} as workspace_id,
                   exists (select from pending p where p.bucket_hour = s.bucket_hour or p.bucket_hour is null) as pending,
                   {Exists(other)} as owner_exists,
                   coalesce(max(s.changed_at) > clock_timestamp() - @lag, false) as changed_lately
                   {Each(other, name => $", {Sum('o', name)}, {Sum('t', name)}, {Sum('r', name)}, {Sum('n', name)}")}
            from side s
            group by s.bucket_hour{Joined(other.Dimensions.Select(dimension => "s." + dimension.Name))}
            having row({List(other, name => Sum('o', name))}) is distinct from row({List(other, name => Sum('t', name))})
            order by s.bucket_hour
            """;
    }

    private static string OfUsage(string column) => column switch
    {
        "workspace_id" => "a.workspace_id",
        "runtime_id" => "t.runtime_id",
        "agent_id" => "t.agent_id",
        "project_id" => "i.project_id",
        "provider" => "lower(u.provider collate \"C\")",
        "model" => "u.model",
        "event_count" => "count(*)",
        "task_count" => "count(distinct u.task_id)",
        _ => $"sum(u.{column}::numeric)",
    };

    private static string Exists(OtherRollup other) => other.Dimensions.Select(dimension => dimension.Name).ToList() switch
    {
        var names when names.Contains("agent_id") => "s.agent_id is null or exists (select from public.agent a where a.id = s.agent_id)",
        var names when names.Contains("workspace_id") => "s.workspace_id is null or exists (select from public.workspace w where w.id = s.workspace_id)",
        _ => "true",
    };

    private static string Sum(char side, string measure) => $"coalesce(sum(s.{side}_{measure}), 0)";

    private static string Label(string dimension) => dimension.Replace("_id", "", StringComparison.Ordinal);

    private static string Joined(IEnumerable<string> columns) => string.Concat(columns.Select(column => ", " + column));

    private static string List(OtherRollup other, Func<string, string> column) => string.Join(", ", other.Measures.Select(measure => column(measure.Name)));

    private static string Each(OtherRollup other, Func<string, string> columns) => string.Concat(other.Measures.Select(measure => columns(measure.Name)));

    private static string Each(OtherRollup other, Func<string, string, string> columns) =>
        string.Concat(other.Measures.Select(measure => columns(measure.Name, measure.Column)));
}
