using NodaTime;

namespace Usage.Engine.Pricing;

/// <summary>How a list is read.</summary>
/// <param name="EffectiveFrom">
/// For a list without dates: the first UTC date on which its prices apply; null if they have always applied. Not allowed for a list with dates.
/// </param>
/// <param name="TextOnly">
/// Uses the text price of models that also have prices for audio, images or video. Correct only if the application uses none of these:
/// usage rows don't say what their tokens represent.
/// </param>
public sealed record PriceListOptions(LocalDate? EffectiveFrom = null, bool TextOnly = false);
