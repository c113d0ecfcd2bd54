namespace Usage.Engine.Rollup;

/// <summary>Normalises provider names. ASCII folding only, like <c>lower(provider collate "C")</c> in SQL.</summary>
internal static class ProviderName
{
    /// <summary>The trimmed characters: ASCII white space, as in the SQL that compares spellings.</summary>
    private const string WhiteSpace = " \t\n\v\f\r";

    /// <summary>The form in which a provider is stored: trimmed and lower-cased.</summary>
    public static string Normalize(string? provider) =>
        provider is null ? "" : Fold(provider.AsSpan().Trim(WhiteSpace).ToString());

    /// <summary>Lower-cases A to Z and keeps all other characters.</summary>
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
