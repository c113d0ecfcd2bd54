using System.Text.RegularExpressions;

namespace Usage.Engine.Pricing.Lists;

/// <summary>Prices of what is no text, by the names that lists give them.</summary>
internal static partial class Modality
{
    public static bool IsNamedIn(string name) => Name().IsMatch(name);

    [GeneratedRegex("audio|image|video|pixel|page|second|character")]
    private static partial Regex Name();
}
