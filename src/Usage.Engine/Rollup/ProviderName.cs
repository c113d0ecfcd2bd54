namespace Usage.Engine.Rollup;

/// <summary>The one spelling of a provider. ASCII folding only, like <c>lower(provider collate "C")</c> in SQL.</summary>
internal static class ProviderName
{
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
