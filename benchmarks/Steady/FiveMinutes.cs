using Usage.Benchmarks.DataSets;

namespace Usage.Benchmarks.Steady;

/// <summary>
/// The changes of five minutes in the last hour, in about 70 buckets. Each competitor is given the same ones: new changes are made
/// when one that has had the last ones asks again.
/// </summary>
internal sealed class FiveMinutes(DataSet data)
{
    private const string ChangeSql = """
        update public.task_usage u
        set input_tokens = u.input_tokens + 1, updated_at = clock_timestamp()
        from (
            select x.id from public.task_usage x
            where x.created_at >= timestamptz '2026-05-31 23:00:00+00' and x.created_at < timestamptz '2026-06-01 00:00:00+00'
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
