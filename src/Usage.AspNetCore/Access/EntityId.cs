namespace Usage.AspNetCore.Access;

/// <summary>Parses ids strictly: 32 hexadecimal digits in five groups.</summary>
internal static class EntityId
{
    private const int Length = 36;

    /// <summary>
    /// <c>Guid.TryParseExact</c> also accepts surrounding white space, and signs and prefixes
    /// within.
    /// </summary>
    public static bool TryParse(string? text, out Guid id)
    {
        id = default;
        return text is { Length: Length }
            && text.All(character => char.IsAsciiHexDigit(character) || character == '-')
            && Guid.TryParseExact(text, "D", out id);
    }
}
