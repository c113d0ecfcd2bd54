namespace Usage.AspNetCore.Access;

/// <summary>Ids as they are written: 32 hexadecimal digits in five groups, and nothing else.</summary>
internal static class EntityId
{
    private const int Length = 36;

    /// <summary>The framework's own parser also takes white space around an id, and signs and prefixes within.</summary>
    public static bool TryParse(string? text, out Guid id)
    {
        id = default;
        return text is { Length: Length }
            && text.All(character => char.IsAsciiHexDigit(character) || character == '-')
            && Guid.TryParseExact(text, "D", out id);
    }
}
