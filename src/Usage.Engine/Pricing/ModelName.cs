using System.Text.RegularExpressions;

namespace Usage.Engine.Pricing;

/// <summary>The names under which a model id may stand in a price list.</summary>
internal static partial class ModelName
{
    /// <summary>
    /// The id as it is; without a <c>[tag]</c> at its end; then without a date or <c>latest</c> suffix. Each at most once,
    /// never empty, and never by prefix: <c>gpt-5-mini</c> is not <c>gpt-5</c>.
    /// </summary>
    public static IEnumerable<string> Candidates(string model)
    {
        yield return model;
        var untagged = Tag().Replace(model, "");
        if (untagged != model && untagged != "")
        {
            yield return untagged;
        }

        var undated = Version().Replace(untagged, "");
        if (undated != untagged && undated != "")
        {
            yield return undated;
        }
    }

    [GeneratedRegex(@"\[[^\[\]]*\]\z")]
    private static partial Regex Tag();

    /// <summary><c>-20250929</c>, <c>-2025-09-29</c> or <c>-latest</c>; before it also <c>@</c> and <c>:</c>, as some providers write.</summary>
    [GeneratedRegex(@"[-@:](latest|20[0-9]{2}(?<dash>-?)(0[1-9]|1[0-2])\k<dash>(0[1-9]|[12][0-9]|3[01]))\z")]
    private static partial Regex Version();
}
