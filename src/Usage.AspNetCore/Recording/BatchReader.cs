using System.Text.Json;
using NodaTime;
using Usage.AspNetCore.Access;
using Usage.Engine.Recording;

namespace Usage.AspNetCore.Recording;

/// <summary>A task of a batch, as received.</summary>
/// <param name="TaskId">The task; null if the id is invalid.</param>
/// <param name="Entries">The task's entries.</param>
/// <param name="Problems">The problems that keep it from being recorded.</param>
internal sealed record BatchItem(Guid? TaskId, IReadOnlyList<UsageEntry> Entries, IReadOnlyList<UsageProblem> Problems);

/// <summary>Parses a batch. A problem with one task does not affect the others.</summary>
internal static class BatchReader
{
    /// <summary>The items, or the problems with the batch as a whole.</summary>
    public static (IReadOnlyList<BatchItem> Items, IReadOnlyList<UsageProblem> Problems) Read(JsonElement body, Instant now)
    {
        if (!body.TryGetProperty("tasks", out var tasks) || tasks.ValueKind != JsonValueKind.Array)
        {
            return ([], [new(null, "tasks", null, "must be an array of tasks")]);
        }

        if (tasks.GetArrayLength() is 0 or > UsageEntryValidator.MaxBatchEntries)
        {
            return ([], [new(null, "tasks", $"{tasks.GetArrayLength()}", "must have 1 to 1000 tasks")]);
        }

        List<BatchItem> items = [.. tasks.EnumerateArray().Select(task => Item(task, now))];
        UsageProblem[] problems = [.. UsageEntryValidator.CheckBatch([.. items.Select(AsTask)])];
        return problems.Length > 0 ? ([], problems) : (WithoutRepetition(items), []);
    }

    private static BatchItem Item(JsonElement task, Instant now)
    {
        if (task.ValueKind != JsonValueKind.Object)
        {
            return new(null, [], [new(null, "tasks", StorableText.Show(task.GetRawText()), "must contain objects")]);
        }

        var (entries, problems) = EntryReader.Read(task, now);
        var hasId = task.TryGetProperty("task_id", out var text);
        return hasId && text.ValueKind == JsonValueKind.String && EntityId.TryParse(EntryReader.TryGetText(text), out var id)
            ? new(id, entries, problems)
            : new(null, entries,
                [new(null, "task_id", hasId ? StorableText.Show(text.GetRawText()) : null, "must be a GUID"), .. problems]);
    }

    private static List<BatchItem> WithoutRepetition(List<BatchItem> items)
    {
        HashSet<Guid> seen = [];
        return [.. items.Select(item => item.TaskId is { } id && !seen.Add(id)
            ? item with { Problems = [UsageEntryValidator.RepeatedTask(id)] }
            : item)];
    }

    private static TaskUsageEntries AsTask(BatchItem item) => new(item.TaskId ?? Guid.Empty, item.Entries);
}
