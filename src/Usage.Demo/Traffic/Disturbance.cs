using Usage.Demo.Planning;
using Usage.Engine.Recording;

namespace Usage.Demo.Traffic;

/// <summary>
/// The changes that make a rollup hard to maintain: corrections, moves between runtimes, deletes and late commits.
/// </summary>
internal sealed class Disturbance(TrafficWorker worker, IUsageRecorder recorder, TaskTable table, Random random, TimeProvider time)
{
    private const double Correction = 0.08;
    private const double Move = Correction + 0.04;
    private const double Delete = Move + 0.01;
    private const double LateCommit = Delete + 0.02;
    private const int Remembered = 64;

    private readonly List<RecordedUsage> recent = [];
    private Task late = Task.CompletedTask;

    /// <summary>Remembers recorded usage, and occasionally changes some of it.</summary>
    public async Task FollowAsync(RecordedUsage recorded, TrafficRequest request, CancellationToken cancellationToken)
    {
        Remember(recorded);
        var target = random.Pick(recent);
        switch (random.NextDouble())
        {
            case < Correction:
                await CorrectAsync(target, cancellationToken);
                break;
            case < Move:
                var runtime = target.Agent.Runtimes.Count > 0 && random.Chance(0.9) ? random.Pick(target.Agent.Runtimes) : (Guid?)null;
                await table.MoveAsync(target.Task, runtime, cancellationToken);
                worker.Figures.Moves++;
                break;
            case < Delete:
                await DeleteAsync(target, recorded, cancellationToken);
                break;
            case < LateCommit when late.IsCompleted:
                await late;
                late = CommitLateAsync(
                    await worker.BeginAsync(cancellationToken), request, TimeSpan.FromSeconds(1 + (9 * random.NextDouble())), cancellationToken);
                break;
        }
    }

    /// <summary>Waits for the pending commit.</summary>
    public Task FinishAsync() => late;

    private void Remember(RecordedUsage recorded)
    {
        if (recent.Count == Remembered)
        {
            recent.RemoveAt(0);
        }

        recent.Add(recorded);
    }

    private async Task CorrectAsync(RecordedUsage target, CancellationToken cancellationToken)
    {
        await recorder.RecordAsync(
            target.Task, [target.Entry with { OutputTokens = target.Entry.OutputTokens + random.Next(500) }], cancellationToken);
        worker.Figures.Corrections++;
    }

    private async Task DeleteAsync(RecordedUsage target, RecordedUsage underWay, CancellationToken cancellationToken)
    {
        if (target.Task != underWay.Task)
        {
            recent.RemoveAll(recorded => recorded.Task == target.Task);
            await table.DeleteAsync(target.Task, cancellationToken);
            worker.Figures.Deletes++;
        }
    }

    private async Task CommitLateAsync(WorkItem item, TrafficRequest request, TimeSpan delay, CancellationToken cancellationToken)
    {
        var model = item.Models.Dequeue();
        await table.InsertUsageLateAsync(item.Task, model.Provider, model.Name, request, delay, time, cancellationToken);
        worker.Figures.LateCommits++;
    }
}
