using Npgsql;
using Usage.Host.Demo.Planning;

namespace Usage.Host.Demo.Writing;

/// <summary>How far the writing of history is.</summary>
/// <param name="Tasks">Tasks written by this run.</param>
/// <param name="TasksTotal">Tasks that this run will write.</param>
/// <param name="Rows">Usage rows written by this run.</param>
internal sealed record WritingProgress(long Tasks, long TasksTotal, long Rows);

/// <summary>
/// Writes a stretch in the order of time, a few thousand sessions a transaction. The transaction also stores how far it is,
/// so one that was stopped goes on where it was.
/// </summary>
internal sealed class StretchWriter(NpgsqlDataSource dataSource)
{
    private const int SessionsPerTransaction = 2_000;

    private const string ForgetfulCommit = "set local synchronous_commit = off";

    private const string Advance = """
        update usage_demo.stretch
        set    sessions_done = $2, completed = $3
        where  id = $1 and sessions_done = $4
        """;

    /// <exception cref="InvalidOperationException">Another process writes the same stretch.</exception>
    public async Task WriteAsync(StoredStretch stretch, IProgress<WritingProgress>? progress, CancellationToken cancellationToken)
    {
        var world = WorldPlanner.Plan(stretch.WorldSeed, stretch.Scale);
        var sessions = SessionPlanner.Plan(world, stretch.Plan);
        var work = new SessionWork(world, stretch.Plan);
        var total = sessions.Skip(stretch.SessionsDone).Sum(session => (long)session.Tasks);
        var (done, tasks, rows) = (stretch.SessionsDone, 0L, 0L);
        while (done < sessions.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var next = Math.Min(done + SessionsPerTransaction, sessions.Length);
            var batch = sessions[done..next].SelectMany(work.Tasks).ToList();
            await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await AdvanceAsync(connection, stretch.Id, done, next, next == sessions.Length, cancellationToken);
            rows += await new TaskWriter(connection).WriteAsync(batch, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            tasks += batch.Count;
            done = next;
            progress?.Report(new(tasks, total, rows));
        }
    }

    private static async Task AdvanceAsync(
        NpgsqlConnection connection, int stretch, int from, int to, bool completed, CancellationToken cancellationToken)
    {
        await using var forgetful = new NpgsqlCommand(ForgetfulCommit, connection);
        await forgetful.ExecuteNonQueryAsync(cancellationToken);
        await using var advance = new NpgsqlCommand(Advance, connection)
        {
            Parameters = { new() { Value = stretch }, new() { Value = to }, new() { Value = completed }, new() { Value = from } },
        };
        if (await advance.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            throw new InvalidOperationException("Another process is writing the demo's history. Wait for it, or stop it.");
        }
    }
}
