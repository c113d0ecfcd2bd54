namespace Usage.Engine.Rollup;

/// <summary>The distinct tasks that have usage in an hour, of one attribution.</summary>
/// <param name="Key">Hour and attribution.</param>
/// <param name="TaskIds">At least one, in ascending order, so that equal sets are equal sequences.</param>
internal readonly record struct TaskSet(TaskSetKey Key, Guid[] TaskIds);

/// <summary>What a set of tasks is kept by.</summary>
internal readonly record struct TaskSetKey(HourBucket Hour, Attribution Whom);
