namespace Usage.Engine.Draining;

/// <summary>The number of hours for the next transaction: starts small and adapts to the rows that the last one read.</summary>
/// <param name="targetRows">Target number of usage rows per transaction.</param>
/// <param name="maxHours">Maximum number of hours per transaction.</param>
internal sealed class BatchSize(int targetRows, int maxHours)
{
    private int hours = Math.Min(16, maxHours);

    public int Hours => Volatile.Read(ref hours);

    /// <param name="drained">Hours of the last transaction, at least 1.</param>
    /// <param name="rows">Rows that it read.</param>
    public void Follow(int drained, long rows) => Volatile.Write(ref hours, DrainPacing.NextBatchHours(drained, rows, targetRows, maxHours));
}
