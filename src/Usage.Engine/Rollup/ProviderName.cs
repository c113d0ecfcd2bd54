namespace Usage.Engine.Rollup;

/// <summary>The one spelling of a provider. ASCII folding only, like <c>lower(provider collate "C")</c> in SQL.</summary>
internal static class ProviderName
{
    /// <summary>What is trimmed: the white space of ASCII. The same set stands in the SQL that compares spellings.</summary>
    private const string WhiteSpace = " \t\n\v\f\r";

    /// <summary>What a report's provider is stored as: folded, without white space around it.</summary>
    public static string Normalize(string? provider) =>
        provider is null ? "" : Fold(provider.AsSpan().Trim(WhiteSpace).ToString());

    /// <summary>Lower-cases A to Z and leaves every other character alone.</summary>
    public static string Fold(string provider)
    {
        return provider.AsSpan().ContainsAnyInRange('A', 'Z')
            ? string.Create(provider.Length, provider, static (folded, original) =>
            {
                for (var i = 0; i < folded.Length; i++)
                {
                    folded[i] = char.IsAsciiLetterUpper(original[i]) ? (char)(original[i] | 0x20) : original[i];
                }
            })
            : provider;
    }
}
