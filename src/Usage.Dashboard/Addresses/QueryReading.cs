using System.Globalization;
using Microsoft.AspNetCore.Http;
using NodaTime;
using NodaTime.Text;
using Usage.Engine.Recording;
using Usage.Engine.Reporting;

namespace Usage.Dashboard.Addresses;

/// <summary>Parses the parameters of one query and collects all problems.</summary>
internal sealed class QueryReading(IQueryCollection query)
{
    private const string DateRule = "must be a date such as 2026-01-31";

    private readonly List<QueryProblem> problems = [];

    public IReadOnlyList<QueryProblem> Problems => problems;

    /// <summary>A parameter's text; null if it is missing or means "any".</summary>
    public string? Text(string name)
    {
        var values = query[name];
        if (values.Count > 1)
        {
            Refuse(name, values.ToString(), "must be given only once");
        }

        return values.Count == 0 || values[0] == StateQuery.Any ? null : values[0];
    }

    public Guid? Id(string name) =>
        Value<Guid>(name, text => Guid.TryParseExact(text, "D", out var id) ? id : null, "must be a GUID");

    /// <summary>Whether a parameter is this word.</summary>
    public bool Says(string name, string word) => Text(name) == word;

    /// <summary>An id where the parameter may also be a word.</summary>
    public Guid? Id(string name, string orWord) => Says(name, orWord)
        ? null
        : Value<Guid>(name, text => Guid.TryParseExact(text, "D", out var id) ? id : null, $"must be a GUID, or {orWord}");

    public T Choice<T>(string name)
        where T : struct, Enum => Value<T>(
        name,
        text => Enum.GetValues<T>().Cast<T?>().FirstOrDefault(choice => StateQuery.Word(choice!.Value) == text),
        $"must be one of {string.Join(", ", Enum.GetValues<T>().Select(StateQuery.Word))}") ?? default;

    /// <summary>Parses a provider or model name.</summary>
    public string? Name(string name, int least)
    {
        var text = Text(name);
        if (text is not null && (!StorableText.IsStorable(text)
            || StorableText.Length(text) is var length && (length < least || length > UsageEntryValidator.MaxTextLength)))
        {
            Refuse(name, text, $"must have {least} to {UsageEntryValidator.MaxTextLength} characters without NUL");
            return null;
        }

        return text;
    }

    /// <summary>Parses a zone by its IANA name or city, and returns the IANA name.</summary>
    public string? Zone(string name)
    {
        if (Text(name) is not { Length: > 0 } text)
        {
            return null;
        }

        var found = ZoneSearch.Find(text);
        if (found is null)
        {
            Refuse(name, text, "must be an IANA time zone such as Asia/Kolkata, or a city");
        }

        return found;
    }

    /// <summary>Parses a table and column to sort by, with a minus for ascending order.</summary>
    public string? Sort(string name)
    {
        var text = Text(name);
        if (text is not null && !(text.Length <= 40 && text.All(letter => letter is (>= 'a' and <= 'z') or '.' or '-')))
        {
            Refuse(name, text, "must be a table and a column, such as agents.tokens");
            return null;
        }

        return text;
    }

    public WindowChoice Window()
    {
        var days = Value<int>(
            "days",
            text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number is >= 1 and <= ReportWindow.MaxDays ? number : null,
            $"must be a whole number from 1 to {ReportWindow.MaxDays}");
        var period = Text("period");
        if (period is not (null or "month" or "last-month"))
        {
            Refuse("period", period, "must be month or last-month");
        }

        return Between() ?? (period, days) switch
        {
            ("month", _) => new WindowChoice.MonthToDate(),
            ("last-month", _) => new WindowChoice.LastMonth(),
            (_, { } last) => new WindowChoice.LastDays(last),
            _ => WindowChoice.Default,
        };
    }

    private WindowChoice.Between? Between()
    {
        var from = Value<LocalDate>("from", Date, DateRule);
        var to = Value<LocalDate>("to", Date, DateRule);
        if (from is null != to is null && problems.Count == 0)
        {
            Refuse(from is null ? "from" : "to", null, "must be given with the other date");
        }

        if (from is not { } first || to is not { } last)
        {
            return null;
        }

        if (last < first)
        {
            Refuse("to", Text("to"), $"must not be before from, {first:R}");
            return null;
        }

        if (Period.DaysBetween(first, last) >= ReportWindow.MaxSpanDays)
        {
            Refuse("to", Text("to"), $"must be at most {ReportWindow.MaxSpanDays} days from {first:R}, both inclusive");
            return null;
        }

        return new(first, last);
    }

    private static LocalDate? Date(string text) => LocalDatePattern.Iso.Parse(text) is { Success: true } parsed ? parsed.Value : null;

    private T? Value<T>(string name, Func<string, T?> parse, string rule)
        where T : struct
    {
        var text = Text(name);
        var value = text is null ? null : parse(text);
        if (text is not null && value is null)
        {
            Refuse(name, text, rule);
        }

        return value;
    }

    private void Refuse(string name, string? value, string rule)
    {
        if (problems.All(problem => problem.Parameter != name))
        {
            problems.Add(new(name, value, rule));
        }
    }
}
