using Npgsql;
using Usage.Demo.Planning;

namespace Usage.Demo.Writing;

/// <summary>The progress of writing history.</summary>
/// <param name="Tasks">Tasks written by this run.</param>
/// <param name="TasksTotal">Total tasks that this run writes.</param>
/// <param name="Rows">Usage rows written by this run.</param>
internal sealed record WritingProgress(long Tasks, long TasksTotal, long Rows)
{
    public static WritingProgress operator +(WritingProgress left, WritingProgress right) =>
        new(left.Tasks + right.Tasks, left.TasksTotal + right.TasksTotal, left.Rows + right.Rows);
}

/// <summary>
/// Writes a period in chronological order, a few thousand sessions per transaction. Two transactions copy concurrently and commit
/// in order. Each also stores the progress, so that an interrupted run can continue.
/// </summary>
internal sealed class HistoryPeriodWriter(NpgsqlDataSource dataSource)
{
    private const int SessionsPerTransaction = 2_000;

    private const string CommitWithoutWaiting = "set local synchronous_commit = off";

    private const string Advance = """
        update usage_demo.history_period
        set    sessions_done = $2, completed = $3
        where  id = $1 and sessions_done = $4
        """;

    /// <returns>What was written.</returns>
    /// <exception cref="InvalidOperationException">Another process is writing the same period.</exception>
    public async Task<WritingProgress> WriteAsync(
        StoredPeriod period, IProgress<WritingProgress> progress, CancellationToken cancellationToken)
    {
        var world = WorldPlanner.Plan(period.WorldSeed, period.Scale);
        var sessions = SessionPlanner.Plan(world, period.Plan);
        var work = new SessionWork(world, period.Plan);
        var written = new WritingProgress(0, sessions.Skip(period.SessionsDone).Sum(session => (long)session.Tasks), 0);
        var current = Task.FromResult(new WritingProgress(0, 0, 0));
        try
        {
            foreach (var part in Parts(period.SessionsDone, sessions.Length))
            {
                var tasks = sessions[part].SelectMany(work.Tasks).ToList();
                var before = current;
                current = WriteAsync(period.Id, part, part.End.Value == sessions.Length, tasks, before, cancellationToken);
                progress.Report(written += await before);
            }

            progress.Report(written += await current);
            return written;
        }
        finally
        {
            await ((Task)current).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static IEnumerable<Range> Parts(int from, int to)
    {
        for (var start = from; start < to; start += SessionsPerTransaction)
        {
            yield return start..Math.Min(start + SessionsPerTransaction, to);
        }
    }

    private async Task<WritingProgress> WriteAsync(
        int period, Range part, bool last, List<PlannedTask> tasks, Task before, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, CommitWithoutWaiting, [], cancellationToken);
        var rows = await new TaskWriter(connection).WriteAsync(tasks, cancellationToken);
        await before;
        if (await ExecuteAsync(connection, Advance, [period, part.End.Value, last, part.Start.Value], cancellationToken) == 0)
        {
            throw new InvalidOperationException("Another process is writing the demo's history. Wait for it, or stop it.");
        }

        await transaction.CommitAsync(cancellationToken);
        return new(tasks.Count, 0, rows);
    }

    private static async Task<int> ExecuteAsync(
        NpgsqlConnection connection, string statement, object[] values, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
