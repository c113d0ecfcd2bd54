using Usage.Benchmarks.DataSets;

namespace Usage.Benchmarks.Steady;

/// <summary>
/// The changes of five minutes in the last full hour of the history, in about 70 buckets. Each competitor is given the same ones: new changes are made
/// when one that has had the last ones asks again.
/// </summary>
internal sealed class FiveMinutes(DataSet data)
{
    private const string ChangeSql = """
        with recent as (
            select date_trunc('hour', max(created_at), 'UTC') - interval '1 hour' as hour from public.task_usage)
        update public.task_usage u
        set input_tokens = u.input_tokens + 1, updated_at = clock_timestamp()
        from (
            select x.id from recent r
            cross join lateral (
                select y.id from public.task_usage y
                where y.created_at >= r.hour and y.created_at < r.hour + interval '1 hour' offset 0) x
            order by random() limit 80) chosen
        where u.id = chosen.id
        """;

    private readonly HashSet<string> served = [];

    public async Task PrepareAsync(string competitor, CancellationToken cancellationToken)
    {
        if (served.Count == 0 || !served.Add(competitor))
        {
            await data.ExecuteAsync(ChangeSql, cancellationToken);
            served.Clear();
            served.Add(competitor);
        }
    }
}
