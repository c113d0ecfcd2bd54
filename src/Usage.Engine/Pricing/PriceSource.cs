namespace Usage.Engine.Pricing;

/// <summary>Where a list of prices comes from.</summary>
/// <param name="Name">The file's name, or what else the list is known by.</param>
/// <param name="Format">The format it is in.</param>
/// <param name="Sha256">The hash of its bytes, in hexadecimal.</param>
/// <param name="HasDates">
/// Whether the list itself says from when a price holds. From one that does not, a price that is already in force is not taken again.
/// </param>
public sealed record PriceSource(string Name, PriceListFormat Format, string Sha256, bool HasDates = true);
