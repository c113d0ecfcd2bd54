using NodaTime;
using Usage.Dashboard.Addresses;
using Usage.Dashboard.Names;
using Usage.Engine.Pricing;
using Usage.Engine.Reporting;

namespace Usage.Dashboard.Reading;

/// <summary>A price, and the UTC date from which another takes its place.</summary>
internal sealed record DatedPrice(ModelPrice Price, LocalDate? Until);

/// <summary>A model without a price, and its tokens that no cost counts.</summary>
/// <param name="Workspaces">The workspaces that use it, most tokens first.</param>
internal sealed record MissingPrice(
    string Provider, string Model, IReadOnlyList<NamedWorkspace> Workspaces, decimal Input, decimal Output, decimal CacheRead, decimal CacheWrite)
{
    public decimal Tokens => Input + Output + CacheRead + CacheWrite;
}

/// <summary>All that the page of prices shows.</summary>
internal sealed record PricesView(IReadOnlyList<MissingPrice> Unpriced, IReadOnlyList<DatedPrice> Prices);

/// <summary>Reads the price book, and what it lacks for the viewer's workspaces.</summary>
internal sealed class PricesReader(IUsageReports reports, PriceStore prices, TimeProvider time)
{
    private const int AtOnce = 3;

    public async Task<PricesView> ReadAsync(
        IReadOnlyList<NamedWorkspace> workspaces, DateTimeZone zone, CancellationToken cancellationToken)
    {
        var window = WindowChoice.Default.Resolve(Instant.FromDateTimeOffset(time.GetUtcNow()), zone);
        var unpriced = new IReadOnlyList<UnpricedModel>[workspaces.Count];
        await Parallel.ForAsync(
            0, workspaces.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (index, cancel) => unpriced[index] =
                (await reports.WorkspaceSummaryAsync(workspaces[index].Id, window, cancellationToken: cancel).ConfigureAwait(false)).Unpriced).ConfigureAwait(false);
        return new(Missing(workspaces, unpriced), Dated(await prices.ListAsync(cancellationToken).ConfigureAwait(false)));
    }

    private static IReadOnlyList<MissingPrice> Missing(
        IReadOnlyList<NamedWorkspace> workspaces, IReadOnlyList<IReadOnlyList<UnpricedModel>> unpriced) =>
    [
        .. (from pair in workspaces.Zip(unpriced)
            from model in pair.Second
            orderby Tokens(model) descending
            group (Workspace: pair.First, Model: model) by (model.Provider, model.Model) into same
            select new MissingPrice(
                same.Key.Provider, same.Key.Model, [.. same.Select(one => one.Workspace)], same.Sum(one => one.Model.InputTokens),
                same.Sum(one => one.Model.OutputTokens), same.Sum(one => one.Model.CacheReadTokens), same.Sum(one => one.Model.CacheWriteTokens)))
            .OrderByDescending(missing => missing.Tokens)
    ];

    private static decimal Tokens(UnpricedModel model) =>
        model.InputTokens + model.OutputTokens + model.CacheReadTokens + model.CacheWriteTokens;

    private static IReadOnlyList<DatedPrice> Dated(IReadOnlyList<ModelPrice> list) =>
    [
        .. from same in list.GroupBy(price => (price.Provider, price.Model))
           let sets = same.GroupBy(price => price.ValidFrom).OrderBy(set => set.Key ?? LocalDate.MinIsoValue).ToArray()
           from index in Enumerable.Range(0, sets.Length)
           orderby same.Key.Model, same.Key.Provider, index descending
           from price in sets[index].OrderBy(price => price.AboveTokens)
           select new DatedPrice(price, index + 1 < sets.Length ? sets[index + 1].Key : null)
    ];
}
