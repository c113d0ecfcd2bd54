namespace Usage.Engine.Rollup;

/// <summary>The number of a provider and model, and the row's spelling of the provider; empty if folded.</summary>
internal readonly record struct SpelledModel(int Model, string Spelling);

/// <summary>
/// Numbers providers and models, whatever the spelling of the provider. Consecutive rows mostly have the same ones, so the last is
/// remembered.
/// </summary>
internal sealed class SpelledModels
{
    private static readonly SpelledModel None = new(-1, "");

    private readonly Numbering<(string Provider, string Model)> numbers = new();
    private readonly Dictionary<(string Provider, string Model), SpelledModel> spellings = [];
    private (string Provider, string Model, SpelledModel Spelled) last = ("", "", None);

    /// <summary>The folded provider and the model of a number.</summary>
    public (string Provider, string Model) this[int number] => numbers[number];

    public SpelledModel NumberOf(string provider, string model)
    {
        if (last.Spelled.Model >= 0 && last.Model == model && last.Provider == provider)
        {
            return last.Spelled;
        }

        if (!spellings.TryGetValue((provider, model), out var spelled))
        {
            var folded = ProviderName.Fold(provider);
            spelled = new(numbers.NumberOf((folded, model)), folded == provider ? "" : provider);
            spellings.Add((provider, model), spelled);
        }

        last = (provider, model, spelled);
        return spelled;
    }

    public void Clear()
    {
        numbers.Clear();
        spellings.Clear();
        last = ("", "", None);
    }
}
