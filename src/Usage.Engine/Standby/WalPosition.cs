using NpgsqlTypes;

namespace Usage.Engine.Standby;

/// <summary>Compares positions in the write-ahead log. Pure.</summary>
internal static class WalPosition
{
    private const ulong PageSize = 8_192;

    /// <summary>The header of a page, and that of the first page of a segment.</summary>
    private static readonly ulong[] PageHeaders = [24, 40];

    /// <summary>
    /// Whether a standby that has replayed so far lacks nothing before an insert position. Where the next record begins a page, the insert position
    /// is after the page's header, which nobody replays.
    /// </summary>
    public static bool IsReached(NpgsqlLogSequenceNumber replayed, NpgsqlLogSequenceNumber inserted)
    {
        var (end, at) = ((ulong)inserted, (ulong)inserted % PageSize);
        return (ulong)replayed >= (PageHeaders.Contains(at) ? end - at : end);
    }
}
