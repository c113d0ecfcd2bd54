using NodaTime;
using Usage.Engine.Maintenance;

namespace Usage.Host.Cli;

/// <summary>The rates of all replicas between two samples, per second.</summary>
/// <param name="Rows">Usage rows read.</param>
/// <param name="Hours">Hours recomputed.</param>
/// <param name="BackfillLeft">Time until the backfill completes at this rate; null if there is none or it makes no progress.</param>
internal sealed record StatusRate(double Rows, double Hours, TimeSpan? BackfillLeft)
{
    /// <param name="before">The earlier sample.</param>
    /// <param name="now">The later sample.</param>
    /// <param name="between">Time between the two, greater than 0.</param>
    public static StatusRate Between(EngineStatus before, EngineStatus now, TimeSpan between)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(between, TimeSpan.Zero);
        double rows = 0, hours = 0;
        var earlier = before.Replicas.ToDictionary(replica => (replica.Name, replica.StartedAt));
        foreach (var replica in now.Replicas)
        {
            // A restarted replica counts from 0 again.
            var from = earlier.GetValueOrDefault((replica.Name, replica.StartedAt));
            rows += Math.Max(0, replica.TotalRows - (from?.TotalRows ?? 0));
            hours += Math.Max(0, replica.TotalHours - (from?.TotalHours ?? 0));
        }

        return new(rows / between.TotalSeconds, hours / between.TotalSeconds, Left(before.Backfill, now.Backfill, between));
    }

    /// <summary>Usage rows per second that one replica read.</summary>
    public static double RowsOf(ReplicaState replica, EngineStatus? before, TimeSpan between) =>
        before?.Replicas.FirstOrDefault(each => each.Name == replica.Name && each.StartedAt == replica.StartedAt) is { } from
        && between > TimeSpan.Zero
            ? Math.Max(0, replica.TotalRows - from.TotalRows) / between.TotalSeconds
            : 0;

    private static TimeSpan? Left(BackfillState? before, BackfillState? now, TimeSpan between) =>
        now is { HoursPending: > 0 and var pending } && before is { } earlier && earlier.StartedAt == now.StartedAt
        && earlier.HoursPending - pending is > 0 and var done
            ? between * ((double)pending / done)
            : null;
}
