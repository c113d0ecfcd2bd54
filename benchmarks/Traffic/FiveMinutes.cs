using Usage.Benchmarks.DataSets;
using Usage.Benchmarks.Running;

namespace Usage.Benchmarks.Traffic;

/// <summary>
/// Five minutes of changes in the last full hour of the history, in about 70 buckets. All competitors on a data set process the
/// same changes; new ones are made when a competitor that has processed the last ones runs again.
/// </summary>
internal sealed class FiveMinutes(BenchmarkSetting setting, DataSet data)
{
    private const string ChangeSql = """
        update public.task_usage u
        set input_tokens = u.input_tokens + 1, updated_at = clock_timestamp()
        from (
            select x.id from public.task_usage x
            where x.created_at >= @hour and x.created_at < @hour + interval '1 hour'
            order by random() limit 80) chosen
        where u.id = chosen.id
        """;

    private readonly HashSet<string> served = [];

    /// <param name="name">Name in the table, unique per data set.</param>
    /// <param name="work">Processes the changes; measured in milliseconds.</param>
    public Competitor Competitor(string name, Func<CancellationToken, Task> work) =>
        new(name, stop => ChangeAsync(name, stop), async stop => (await setting.TimeAsync(() => work(stop))).TotalMilliseconds);

    private async Task ChangeAsync(string competitor, CancellationToken cancellationToken)
    {
        if (served.Count == 0 || !served.Add(competitor))
        {
            await using var command = data.Database.CreateCommand(ChangeSql);
            command.Parameters.AddWithValue("hour", await data.LastFullHourAsync(cancellationToken));
            await command.ExecuteNonQueryAsync(cancellationToken);
            served.Clear();
            served.Add(competitor);
        }
    }
}
