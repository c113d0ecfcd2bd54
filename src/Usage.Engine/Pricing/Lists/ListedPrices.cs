using NodaTime;
using Usage.Engine.Recording;

namespace Usage.Engine.Pricing.Lists;

/// <summary>Collects what a list holds, and why some of it is left out.</summary>
internal sealed class ListedPrices(PriceSource source, PriceListOptions options)
{
    private readonly Dictionary<(string Provider, string Model, LocalDate? ValidFrom), ModelPrice[]> sets = [];
    private readonly List<PriceNote> skipped = [];
    private readonly List<PriceNote> notes = [];

    /// <summary>Whether prices for audio, images and video do not concern the application.</summary>
    public bool TextOnly => options.TextOnly;

    /// <summary>From when the prices of a list hold that does not say so itself.</summary>
    public LocalDate? EffectiveFrom => options.EffectiveFrom;

    public void Skip(string provider, string model, string reason) => skipped.Add(new(provider, model, reason));

    public void Note(string provider, string model, string text) => notes.Add(new(provider, model, text));

    /// <summary>Takes a model's price from a date on, or says why it is left out.</summary>
    public bool TryAdd(string provider, string model, LocalDate? validFrom, ListedFigures figures)
    {
        if ((figures.Problem() ?? NameProblem(provider, 0) ?? NameProblem(model, 1)) is { } problem)
        {
            Skip(provider, model, problem);
            return false;
        }

        ModelPrice[] set = [.. figures.ToPrices(provider, model, validFrom)];
        if (!sets.TryAdd(set[0].SetKey, set) && !sets[set[0].SetKey].SequenceEqual(set))
        {
            Skip(provider, model, "the list has it twice, at different prices: the first one is taken");
            return false;
        }

        if (set.Length > 1)
        {
            Note(provider, model, $"costs more above {set[1].AboveTokens} input tokens: known for calls that are recorded one by one, sums are priced by the lowest tier");
        }

        return true;
    }

    public PriceListReading ToReading() =>
        new([.. sets.Values.SelectMany(set => set)], source, skipped, [.. notes.Distinct()]);

    private static string? NameProblem(string name, int least) =>
        StorableText.Length(name) >= least && StorableText.Length(name) <= UsageEntryValidator.MaxTextLength && StorableText.IsStorable(name)
            ? null
            : $"a name must have {least} to {UsageEntryValidator.MaxTextLength} characters, none of them NUL";
}
