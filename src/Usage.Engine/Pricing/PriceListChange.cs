namespace Usage.Engine.Pricing;

/// <summary>What an import changed, or would change in a preview.</summary>
/// <param name="Added">New prices.</param>
/// <param name="Changed">Prices whose values differ, before and after. Estimates of past usage change accordingly.</param>
/// <param name="Removed">Prices that the list lacks. Only if the import replaces all prices.</param>
/// <param name="Unchanged">Number of identical prices.</param>
public sealed record PriceListChange(
    IReadOnlyList<ModelPrice> Added, IReadOnlyList<ChangedPrice> Changed, IReadOnlyList<ModelPrice> Removed, int Unchanged)
{
    /// <summary>Whether the list and the stored prices are the same.</summary>
    public bool IsEmpty => Added.Count + Changed.Count + Removed.Count == 0;

    /// <summary>Compares the stored prices with a list.</summary>
    public static PriceListChange Between(IReadOnlyList<ModelPrice> stored, IReadOnlyList<ModelPrice> list, bool replace)
    {
        var before = stored.ToDictionary(Key);
        var after = list.ToDictionary(Key);
        ChangedPrice[] changed = [
            .. from price in list
               where before.TryGetValue(Key(price), out var old) && old != price
               select new ChangedPrice(before[Key(price)], price)];
        ModelPrice[] added = [.. list.Where(price => !before.ContainsKey(Key(price)))];
        ModelPrice[] removed = replace ? [.. stored.Where(price => !after.ContainsKey(Key(price)))] : [];
        return new(added, changed, removed, list.Count - added.Length - changed.Length);
    }

    private static (string, string, NodaTime.LocalDate?) Key(ModelPrice price) => (price.Provider, price.Model, price.ValidFrom);
}

/// <summary>A price whose values change.</summary>
public sealed record ChangedPrice(ModelPrice Before, ModelPrice After);
