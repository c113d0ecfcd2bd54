using Npgsql;
using Usage.Benchmarks.DataSets;

namespace Usage.Benchmarks.Dashboard;

/// <summary>Changes a usage row, and waits until an open page shows it.</summary>
internal sealed class LiveUpdates(DataSet data, TimeProvider time)
{
    private const int Rounds = 15;
    private const string TokensScript = "() => document.querySelector('#figures .figure:nth-child(2) .value').title";
    private const string ChangedScript = "before => document.querySelector('#figures .figure:nth-child(2) .value')?.title !== before";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1.3);

    private const string LatestSql = """
        select u.id
        from public.task_usage u
        join public.agent_task_queue t on t.id = u.task_id
        join public.agent a on a.id = t.agent_id
        where a.workspace_id = @workspace
        order by u.created_at desc
        limit 1
        """;

    private const string ChangeSql = "update public.task_usage set input_tokens = input_tokens + @tokens where id = @id";

    public async Task<IReadOnlyList<double>> MeasureAsync(PageVisit visit, Guid workspace, CancellationToken cancellationToken)
    {
        await using var find = data.Database.CreateCommand(LatestSql);
        find.Parameters.AddWithValue("workspace", workspace);
        var row = (Guid)(await find.ExecuteScalarAsync(cancellationToken) ?? throw new InvalidOperationException("There is no usage row to change."));
        await visit.LoadAsync();
        List<double> times = [];
        for (var round = 0; round < Rounds; round++)
        {
            // At no fixed place between two looks for changes.
            await Task.Delay(Pause + TimeSpan.FromMilliseconds(97 * round), time, cancellationToken);
            var before = await visit.Page.EvaluateAsync<string>(TokensScript);
            await ChangeAsync(row, 1, cancellationToken);
            var committed = time.GetTimestamp();
            await visit.Page.WaitForFunctionAsync(ChangedScript, before);
            times.Add(time.GetElapsedTime(committed).TotalMilliseconds);
        }

        await ChangeAsync(row, -Rounds, cancellationToken);
        return times;
    }

    private async Task ChangeAsync(Guid row, int tokens, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand change = data.Database.CreateCommand(ChangeSql);
        change.Parameters.AddWithValue("id", row);
        change.Parameters.AddWithValue("tokens", tokens);
        await change.ExecuteNonQueryAsync(cancellationToken);
    }
}
