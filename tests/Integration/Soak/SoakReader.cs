using Usage.Engine;
using Usage.Engine.Marks;
using Usage.Tests.Integration.Databases;

namespace Usage.Tests.Integration.Soak;

/// <summary>
/// Compares the rollup with the raw rows again and again while everything goes on, each time in one snapshot: where nothing is pending in
/// it, they are equal. It also watches the age of the oldest change, and times the idle state.
/// </summary>
internal sealed class SoakReader(TestDatabase database, IUsageEngine engine, SoakTable table)
{
    private const string OldestSql = """
        select coalesce(max(extract(epoch from clock_timestamp() - d.enqueued_at)), 0)::double precision
        from usage_rollup.dirty d
        where d.origin = 0 and not exists (
            select from usage_rollup.set_aside s
            where s.bucket_hour is not distinct from d.bucket_hour
              and (s.bucket_hour is not null and s.agent_id is null or s.agent_id is not distinct from d.agent_id))
        """;

    private static readonly TimeSpan BetweenChecks = TimeSpan.FromMilliseconds(100);

    public async Task RunAsync(CancellationToken stop)
    {
        IdlePoll poll = new(database.DataSource, TimeProvider.System);
        while (!stop.IsCancellationRequested)
        {
            await CheckAsync();
            var age = await database.ScalarAsync<double>(OldestSql);
            table.Oldest = TimeSpan.FromSeconds(Math.Max(age, table.Oldest.TotalSeconds));
            await PollAsync(poll);
            await Task.Delay(BetweenChecks, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task CheckAsync()
    {
        var report = await engine.VerifyAsync(new());
        table.Checks++;
        table.Drift += report.DriftCount;
        table.Problems = [.. table.Problems, .. report.Drift.Select(drift => $"while it ran: {drift}")];
    }

    /// <summary>Polls as an idle loop does: beyond what it has seen, whatever is dead before that.</summary>
    private async Task PollAsync(IdlePoll poll)
    {
        poll.FoundNothing(await poll.PollAsync(CancellationToken.None));
        var started = TimeProvider.System.GetTimestamp();
        await poll.PollAsync(CancellationToken.None);
        table.Polls.Add(TimeProvider.System.GetElapsedTime(started));
    }
}
