namespace Usage.Engine.Draining;

/// <summary>How many hours the next transaction takes: begins small and follows the rows that the last one read.</summary>
/// <param name="targetRows">Usage rows that a transaction aims at.</param>
/// <param name="maxHours">Hours that it takes at most.</param>
internal sealed class BatchSize(int targetRows, int maxHours)
{
    private int hours = Math.Min(16, maxHours);

    public int Hours => Volatile.Read(ref hours);

    /// <param name="drained">Hours of the last transaction, at least 1.</param>
    /// <param name="rows">Rows that it read.</param>
    public void Follow(int drained, long rows) => Volatile.Write(ref hours, DrainPacing.NextBatchHours(drained, rows, targetRows, maxHours));
}
