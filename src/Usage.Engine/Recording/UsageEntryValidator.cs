using System.Globalization;
using NodaTime;
using NodaTime.Text;

namespace Usage.Engine.Recording;

/// <summary>Validates reports. Pure: takes normalised entries and the current time.</summary>
internal static class UsageEntryValidator
{
    public const int MaxEntries = 100;
    public const int MaxBatchEntries = 1_000;
    public const int MaxTextLength = 200;
    public const long MaxCount = 1_000_000_000_000;
    public const long MaxCostTicks = 1_000_000_000_000_000;
    public const string TimeRule = "must be at most 5 minutes ahead and 400 days back by the database's clock";

    public static readonly Duration MaxAhead = Duration.FromMinutes(5);
    public static readonly Duration MaxBack = Duration.FromDays(400);

    private const string StorableRule = "must not contain NUL or an unpaired surrogate";

    /// <summary>
    /// Checks the number of entries, and that none is null. A report that fails is not checked any further, which bounds the size
    /// of the answer.
    /// </summary>
    public static IEnumerable<UsageProblem> CheckReport(IReadOnlyList<UsageEntry?> entries) =>
        entries.Count is 0 or > MaxEntries
            ? [new(null, "usage", Text(entries.Count), "must have 1 to 100 entries")]
            : from place in entries.Index()
              where place.Item is null
              select new UsageProblem(place.Index, "entry", null, "must be an object");

    /// <summary>Checks the key of usage that is added.</summary>
    public static IEnumerable<UsageProblem> CheckKey(string key)
    {
        if (StorableText.Length(key) is 0 or > MaxTextLength)
        {
            yield return new(null, "key", StorableText.Show(key), "must have 1 to 200 characters");
        }

        if (!StorableText.IsStorable(key))
        {
            yield return new(null, "key", StorableText.Show(key), StorableRule);
        }
    }

    /// <summary>Checks how many tasks and entries a batch has.</summary>
    public static IEnumerable<UsageProblem> CheckBatch(IReadOnlyCollection<TaskUsageEntries> tasks)
    {
        if (tasks.Count is 0 or > MaxBatchEntries)
        {
            yield return new(null, "tasks", Text(tasks.Count), "must have 1 to 1000 tasks");
        }

        if (tasks.Sum(task => (long)task.Entries.Count) is > MaxBatchEntries and var entries)
        {
            yield return new(null, "usage", Text(entries), "must have at most 1000 entries in all tasks together");
        }
    }

    public static UsageProblem RepeatedTask(Guid taskId) =>
        new(null, "task_id", taskId.ToString(), "must appear only once in a batch");

    /// <summary>Returns every problem, in the order of the entries.</summary>
    /// <param name="entries">Normalised entries.</param>
    /// <param name="now">The database's time.</param>
    public static IEnumerable<UsageProblem> CheckEntries(IReadOnlyList<UsageEntry> entries, Instant now)
    {
        var firstPlaces = new Dictionary<(string Provider, string Model), int>();
        for (var index = 0; index < entries.Count; index++)
        {
            var entry = entries[index];
            var named = CheckNames(index, entry).ToList();
            foreach (var problem in named.Concat(CheckFigures(index, entry)).Concat(CheckTime(index, entry, now)))
            {
                yield return problem;
            }

            var key = (entry.Provider ?? "", entry.Model ?? "");
            if (named.Count == 0 && !firstPlaces.TryAdd(key, index))
            {
                yield return new(index, "model", StorableText.Show(entry.Model),
                    $"must not repeat the provider and model of usage[{firstPlaces[key]}]");
            }
        }
    }

    private static IEnumerable<UsageProblem> CheckNames(int index, UsageEntry entry)
    {
        var (provider, model) = (entry.Provider ?? "", entry.Model ?? "");
        if (StorableText.Length(provider) > MaxTextLength)
        {
            yield return new(index, "provider", StorableText.Show(provider), "must have at most 200 characters");
        }

        if (!StorableText.IsStorable(provider))
        {
            yield return new(index, "provider", StorableText.Show(provider), StorableRule);
        }

        if (string.IsNullOrWhiteSpace(model) || StorableText.Length(model) > MaxTextLength)
        {
            yield return new(index, "model", StorableText.Show(entry.Model), "must have 1 to 200 characters and not be blank");
        }

        if (!StorableText.IsStorable(model))
        {
            yield return new(index, "model", StorableText.Show(model), StorableRule);
        }
    }

    private static IEnumerable<UsageProblem> CheckFigures(int index, UsageEntry entry)
    {
        (string Field, long Value)[] counts =
        [
            ("input_tokens", entry.InputTokens), ("output_tokens", entry.OutputTokens),
            ("cache_read_tokens", entry.CacheReadTokens), ("cache_write_tokens", entry.CacheWriteTokens),
        ];
        foreach (var (field, value) in counts.Where(count => count.Value is < 0 or > MaxCount))
        {
            yield return new(index, field, Text(value), "must be 0 to 1000000000000");
        }

        if (entry.CostUsdTicks is { } cost and > MaxCostTicks)
        {
            yield return new(index, "cost_usd_ticks", Text(cost), "must be at most 1000000000000000");
        }
    }

    private static IEnumerable<UsageProblem> CheckTime(int index, UsageEntry entry, Instant now)
    {
        if (entry.CreatedAt is { } time && (time < now - MaxBack || time > now + MaxAhead))
        {
            yield return new(index, "created_at", InstantPattern.ExtendedIso.Format(time), TimeRule);
        }
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
