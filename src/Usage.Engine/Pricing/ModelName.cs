using System.Text.RegularExpressions;

namespace Usage.Engine.Pricing;

/// <summary>The names under which a price list may contain a model id.</summary>
internal static partial class ModelName
{
    /// <summary>
    /// The id itself; then without a trailing <c>[tag]</c>; then without a date or <c>latest</c> suffix. Distinct and never
    /// empty. Prefixes don't match: <c>gpt-5-mini</c> is not <c>gpt-5</c>.
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

    /// <summary>
    /// <c>-20250929</c>, <c>-2025-09-29</c> or <c>-latest</c>; some providers separate it by <c>@</c> or <c>:</c>.
    /// </summary>
    [GeneratedRegex(@"[-@:](latest|20[0-9]{2}(?<dash>-?)(0[1-9]|1[0-2])\k<dash>(0[1-9]|[12][0-9]|3[01]))\z")]
    private static partial Regex Version();
}
