using NodaTime;

namespace Usage.Demo.Planning;

/// <summary>Generates the usage rows of a task.</summary>
internal sealed class UsageRows(HistoryPeriod period)
{
    private const double LegacyShareOfPeriod = 0.1;
    private const double OldSpellingShare = 0.5;
    private const double ReportedCostNoise = 0.02;

    public IReadOnlyList<PlannedUsage> Make(Random random, PlannedWorkspace workspace, ModelKit kit, int count, Instant produced)
    {
        var old = period.Grows && workspace.Legacy
            && produced < period.From + ((period.To - period.From) * LegacyShareOfPeriod) && random.Chance(OldSpellingShare);
        var rows = new PlannedUsage[count];
        for (var index = 0; index < count; index++)
        {
            var (provider, model, light) = kit.Models[index];
            var tokens = TokenCounts.Draw(random, provider, light);
            rows[index] = new PlannedUsage(
                random.Id(produced), old ? provider.OldSpelling : provider.Name, model.Name, tokens,
                ReportedCost(random, provider, model, tokens), produced);
        }

        return rows;
    }

    /// <summary>Approximately the list price in 1e-10 USD, for providers that report a cost.</summary>
    private static long? ReportedCost(Random random, CatalogProvider provider, CatalogModel model, TokenCounts tokens)
    {
        if (model.Price is not { } price || !random.Chance(provider.CostReported))
        {
            return null;
        }

        var noise = 1 + (ReportedCostNoise * ((2 * random.NextDouble()) - 1));
        var ticks = (long)decimal.Round(price.Ticks(tokens) * (decimal)noise);
        return ticks > 0 ? ticks : null;
    }
}
