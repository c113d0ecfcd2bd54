using NodaTime;

namespace Usage.Engine.Pricing;

/// <summary>A list that was taken in.</summary>
/// <param name="Id">Its number; later imports have higher numbers.</param>
/// <param name="ImportedAt">Time of the import.</param>
/// <param name="Source">The file's name.</param>
/// <param name="Format">The format of the list.</param>
/// <param name="Sha256">The hash of its bytes.</param>
/// <param name="Prices">Number of its prices that are in force.</param>
/// <param name="Ended">How many prices it replaced or removed.</param>
/// <param name="UndoneAt">When it was undone; null if it was not.</param>
public sealed record PriceImport(
    long Id, Instant ImportedAt, string Source, string Format, string Sha256, long Prices, long Ended, Instant? UndoneAt);
