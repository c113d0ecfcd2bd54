namespace Usage.Engine.Pricing;

/// <summary>What an import changes, or with a preview would change.</summary>
/// <param name="Added">New prices.</param>
/// <param name="Changed">Prices whose figures differ: before and after. Past usage is repriced.</param>
/// <param name="Removed">Tiers that the list no longer has; with a replacing import, all prices that it lacks.</param>
/// <param name="Unchanged">Number of equal prices.</param>
public sealed record PriceListChange(
    IReadOnlyList<ModelPrice> Added, IReadOnlyList<ChangedPrice> Changed, IReadOnlyList<ModelPrice> Removed, int Unchanged)
{
    /// <summary>Whether the list and the stored prices are the same.</summary>
    public bool IsEmpty => Added.Count + Changed.Count + Removed.Count == 0;

    /// <summary>
    /// The effect on past usage by UTC day and model, newest day first. Usage with a cost reported by the provider is not repriced.
    /// </summary>
    public IReadOnlyList<RepricedDay> Repriced { get; init; } = [];

    /// <summary>Compares what is stored with a list.</summary>
    /// <param name="stored">The prices that are stored.</param>
    /// <param name="list">The list. Each of its prices replaces all tiers of the same provider, model and date.</param>
    /// <param name="replace">Whether prices that the list lacks are removed.</param>
    public static PriceListChange Between(IReadOnlyList<ModelPrice> stored, IReadOnlyList<ModelPrice> list, bool replace)
    {
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentNullException.ThrowIfNull(list);
        var before = stored.ToDictionary(price => price.Key);
        var after = list.ToDictionary(price => price.Key);
        var sets = list.Select(price => price.SetKey).ToHashSet();
        ChangedPrice[] changed = [
            .. from price in list
               where before.TryGetValue(price.Key, out var old) && old != price
               select new ChangedPrice(before[price.Key], price)];
        ModelPrice[] added = [.. list.Where(price => !before.ContainsKey(price.Key))];
        ModelPrice[] removed = [.. stored.Where(price => !after.ContainsKey(price.Key) && (replace || sets.Contains(price.SetKey)))];
        return new(added, changed, removed, list.Count - added.Length - changed.Length);
    }

    /// <summary>The stored prices after the change.</summary>
    internal IEnumerable<ModelPrice> Apply(IEnumerable<ModelPrice> stored)
    {
        var gone = Removed.Concat(Changed.Select(price => price.Before)).Select(price => price.Key).ToHashSet();
        return stored.Where(price => !gone.Contains(price.Key)).Concat(Added).Concat(Changed.Select(price => price.After));
    }
}
