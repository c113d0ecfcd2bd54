using System.Text;

namespace Usage.Engine.Recording;

/// <summary>Text that PostgreSQL can store: valid Unicode without NUL.</summary>
internal static class StorableText
{
    private const int LongestShown = 200;

    public static bool IsStorable(string text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (!TryTakeCharacter(ref rest, out _))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Counts characters as <c>char_length</c> does; an unpaired surrogate counts as one.</summary>
    public static int Length(string text)
    {
        var length = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            length++;
        }

        return length;
    }

    /// <summary>The text for a message: unstorable characters are escaped, and long text is truncated.</summary>
    public static string? Show(string? text)
    {
        if (text is null || (text.Length <= LongestShown && IsStorable(text)))
        {
            return text;
        }

        var shown = new StringBuilder();
        var rest = text.AsSpan();
        while (!rest.IsEmpty && shown.Length < LongestShown)
        {
            var first = rest[0];
            shown = TryTakeCharacter(ref rest, out var character) ? shown.Append(character) : shown.Append($"\\u{(int)first:x4}");
        }

        return rest.IsEmpty ? shown.ToString() : shown.Append('…').ToString();
    }

    private static bool TryTakeCharacter(ref ReadOnlySpan<char> text, out Rune character)
    {
        var whole = Rune.DecodeFromUtf16(text, out character, out var taken) is System.Buffers.OperationStatus.Done;
        text = text[taken..];
        return whole && character.Value != 0;
    }
}
