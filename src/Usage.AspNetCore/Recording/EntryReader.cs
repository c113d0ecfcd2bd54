using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using Usage.Engine.Recording;

namespace Usage.AspNetCore.Recording;

/// <summary>Parses the entries of one task and reports every field of the wrong JSON type. Unknown fields are ignored.</summary>
internal sealed class EntryReader
{
    private const string Whole = "must be a whole number";

    // In the calendar's first and last year, applying an offset can exceed the range of Instant.
    private const int FirstYear = -9998;
    private const int LastYear = 9999;

    private readonly List<UsageProblem> problems = [];

    private EntryReader()
    {
    }

    /// <summary>
    /// The entries of <c>usage</c>. If a type is wrong, all problems, including invalid values of the other fields.
    /// </summary>
    /// <param name="holder">The object that contains <c>usage</c>.</param>
    /// <param name="now">The current time, to validate <c>created_at</c>.</param>
    public static (IReadOnlyList<UsageEntry> Entries, IReadOnlyList<UsageProblem> Problems) Read(JsonElement holder, Instant now)
    {
        if (!holder.TryGetProperty("usage", out var usage) || usage.ValueKind != JsonValueKind.Array)
        {
            return ([], [new(null, "usage", Shown(usage), "must be an array of entries")]);
        }

        EntryReader reader = new();
        if (usage.GetArrayLength() > UsageEntryValidator.MaxBatchEntries)
        {
            return ([], [.. UsageEntryValidator.CheckReport(new UsageEntry?[usage.GetArrayLength()]).Take(1)]);
        }

        UsageEntry[] entries = [.. usage.EnumerateArray().Select((entry, index) => reader.Entry(index, entry))];
        return (entries, reader.problems.Count == 0 ? [] : reader.AllProblems(entries, now));
    }

    private UsageProblem[] AllProblems(UsageEntry[] entries, Instant now)
    {
        UsageProblem[] sizes = [.. UsageEntryValidator.CheckReport(entries)];
        var named = problems.Select(problem => (problem.Entry, problem.Field)).ToHashSet();
        var values = UsageEntryValidator
            .CheckEntries([.. entries.Select(entry => UsageEntryNormalizer.Normalize(entry, null))], now)
            .Where(problem => !named.Contains((problem.Entry, problem.Field)) && !named.Contains((problem.Entry, "entry")));
        return sizes.Length > 0 ? sizes : [.. problems.Concat(values).OrderBy(problem => problem.Entry)];
    }

    private UsageEntry Entry(int index, JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object)
        {
            problems.Add(new(index, "entry", Shown(entry), "must be an object"));
            return new(null, null);
        }

        return new(
            Text(index, entry, "provider"), Text(index, entry, "model"),
            Count(index, entry, "input_tokens"), Count(index, entry, "output_tokens"),
            Count(index, entry, "cache_read_tokens"), Count(index, entry, "cache_write_tokens"),
            Present(entry, "cost_usd_ticks", out var cost) ? Number(index, "cost_usd_ticks", cost) : null,
            Time(index, entry));
    }

    private string? Text(int index, JsonElement entry, string field)
    {
        if (!Present(entry, field, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && TryGetText(value) is { } text)
        {
            return text;
        }

        problems.Add(new(index, field, Shown(value), "must be a string of valid Unicode characters"));
        return null;
    }

    /// <summary>A missing count is 0; null is invalid.</summary>
    private long Count(int index, JsonElement entry, string field) =>
        entry.TryGetProperty(field, out var value) ? Number(index, field, value) ?? 0 : 0;

    private long? Number(int index, string field, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number))
        {
            return number;
        }

        problems.Add(new(index, field, Shown(value), Whole));
        return null;
    }

    private Instant? Time(int index, JsonElement entry)
    {
        if (!Present(entry, "created_at", out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && TryGetText(value) is { } text
            && OffsetDateTimePattern.ExtendedIso.Parse(text) is { Success: true, Value: var time })
        {
            if (time.Year is > FirstYear and < LastYear)
            {
                return time.ToInstant();
            }

            problems.Add(new(index, "created_at", StorableText.Show(text), UsageEntryValidator.TimeRule));
            return null;
        }

        problems.Add(new(index, "created_at", Shown(value), "must be an instant with an offset, such as 2026-01-31T18:00:00Z"));
        return null;
    }

    private static bool Present(JsonElement entry, string field, out JsonElement value) =>
        entry.TryGetProperty(field, out value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>Null for an unpaired escaped surrogate, which is valid JSON but not a valid string.</summary>
    internal static string? TryGetText(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Shown(JsonElement value) =>
        value.ValueKind == JsonValueKind.Undefined ? null : StorableText.Show(value.GetRawText());
}
