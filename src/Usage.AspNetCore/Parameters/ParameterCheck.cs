using Microsoft.AspNetCore.Http;
using Usage.AspNetCore.Access;
using Usage.Engine.Recording;

namespace Usage.AspNetCore.Parameters;

/// <summary>Parses the parameters of one request and collects all problems.</summary>
internal sealed class ParameterCheck
{
    private readonly List<ParameterProblem> problems = [];

    public ParameterCheck(IQueryCollection query) => problems.AddRange(
        from parameter in query
        where parameter.Value.Count > 1
        select new ParameterProblem(parameter.Key, parameter.Value.ToString(), "must be given only once"));

    public IReadOnlyList<ParameterProblem> Problems => problems;

    public void Refuse(string name, string? value, string allowed)
    {
        if (problems.All(problem => problem.Parameter != name))
        {
            problems.Add(new(name, StorableText.Show(value), allowed));
        }
    }

    /// <summary>Parses a value; null if it is missing or invalid.</summary>
    public T? Value<T>(string name, string? text, Func<string, T?> parse, string allowed)
        where T : struct
    {
        var value = text is null ? null : parse(text);
        if (text is not null && value is null)
        {
            Refuse(name, text, allowed);
        }

        return value;
    }

    public bool Flag(string name, string? text) =>
        Value<bool>(name, text, value => value switch { "true" => true, "false" => false, _ => null }, "must be true or false") ?? false;

    public Guid? Id(string name, string? text, string allowed = "must be a GUID") =>
        Value<Guid>(name, text, value => EntityId.TryParse(value, out var id) ? id : null, allowed);

    public int? Number(string name, string? text, int least, int most) => Value<int>(
        name,
        text,
        value => int.TryParse(value, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most ? number : null,
        $"must be a whole number from {least} to {most}");

    /// <summary>Parses a provider or model name.</summary>
    public string? Name(string name, string? text, int least)
    {
        if (text is not null && (!StorableText.IsStorable(text)
            || StorableText.Length(text) is var length && (length < least || length > UsageEntryValidator.MaxTextLength)))
        {
            Refuse(name, text, $"must have {least} to {UsageEntryValidator.MaxTextLength} characters without NUL");
        }

        return text;
    }
}
