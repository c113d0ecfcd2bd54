using NodaTime;

namespace Usage.Engine.Pricing;

/// <summary>How a list is read.</summary>
/// <param name="EffectiveFrom">
/// For a list without dates: the first UTC date on which its prices hold; null: since always. A list that has dates takes none.
/// </param>
/// <param name="TextOnly">
/// Takes the prices of text of models that also have others for audio, images or video. Right where the application sends and gets none:
/// usage does not say what its tokens stand for.
/// </param>
public sealed record PriceListOptions(LocalDate? EffectiveFrom = null, bool TextOnly = false);
