namespace Usage.Engine.Recording;

/// <summary>The one spelling of a provider: without white space around it, in lower case. ASCII only, as in SQL.</summary>
internal static class ProviderName
{
    /// <summary>What is trimmed: the white space of ASCII. The same set stands in the SQL that compares spellings.</summary>
    private const string WhiteSpace = " \t\n\v\f\r";

    public static string Normalize(string? provider) =>
        provider is null
            ? ""
            : string.Create(provider.AsSpan().Trim(WhiteSpace).Length, provider, static (span, text) =>
            {
                text.AsSpan().Trim(WhiteSpace).CopyTo(span);
                foreach (ref var c in span)
                {
                    c = char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c;
                }
            });
}
