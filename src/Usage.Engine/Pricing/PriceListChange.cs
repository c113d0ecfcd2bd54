namespace Usage.Engine.Pricing;

/// <summary>What an import changes, or with a preview would change.</summary>
/// <param name="Added">Prices that were not there.</param>
/// <param name="Changed">Prices whose figures differ: before and after. History is priced anew by them.</param>
/// <param name="Removed">Tiers that the list no longer has; all prices that it does not have when the import replaces all.</param>
/// <param name="Unchanged">How many are the same.</param>
public sealed record PriceListChange(
    IReadOnlyList<ModelPrice> Added, IReadOnlyList<ChangedPrice> Changed, IReadOnlyList<ModelPrice> Removed, int Unchanged)
{
    /// <summary>Whether the list and the stored prices are the same.</summary>
    public bool IsEmpty => Added.Count + Changed.Count + Removed.Count == 0;

    /// <summary>
    /// What it makes of usage that is over, by UTC day and model: newest day first. Usage whose provider gave a cost is never priced anew.
    /// </summary>
    public IReadOnlyList<RepricedDay> Repriced { get; init; } = [];

    /// <summary>Compares what is stored with a list.</summary>
    /// <param name="stored">The prices that are stored.</param>
    /// <param name="list">The list. A price of it replaces all tiers of the same provider, model and date.</param>
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
