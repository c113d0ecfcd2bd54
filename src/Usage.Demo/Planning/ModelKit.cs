namespace Usage.Demo.Planning;

/// <summary>The models that an agent uses in a session: the main one first, then the lighter ones.</summary>
internal sealed record ModelKit(IReadOnlyList<KitModel> Models)
{
    private const double Alone = 0.12;
    private const double Pair = 0.72;
    private const double Spared = 0.05;
    private const int TasksOfOneModel = Session.FewestRows;
    private const int TasksOfThreeModels = 6;

    /// <param name="random">The session's random numbers.</param>
    /// <param name="seedOfAgent">The agent's seed: an agent uses the same models in all sessions.</param>
    /// <param name="provider">The provider of the session's runtime.</param>
    /// <param name="tasks">
    /// Number of tasks in the session: with few tasks, one model yields too few rows; with many, three yield too many.
    /// </param>
    public static ModelKit Draw(Random random, Seed seedOfAgent, CatalogProvider provider, int tasks)
    {
        var taste = seedOfAgent.Random();
        var main = provider.Main[taste.SkewedIndex(provider.Main.Count)];
        var kind = random.NextDouble();
        if (kind < Alone && tasks >= TasksOfOneModel)
        {
            return new([new(provider, main, Light: false)]);
        }

        var models = new List<KitModel> { new(provider, main, Light: false) };
        Add(models, provider, provider.Light[taste.SkewedIndex(provider.Light.Count)]);
        if (models.Count == 1 || (kind >= Alone + Pair && tasks <= TasksOfThreeModels))
        {
            var other = ModelCatalog.DrawProvider(taste);
            Add(models, other, taste.Pick(other.Light));
        }

        if (models.Count == 1)
        {
            var fallback = ModelCatalog.Providers[0];
            Add(models, fallback, fallback.Light[0]);
        }

        return new(models);
    }

    /// <summary>The number of models that each task uses, which adds up to the session's rows.</summary>
    public int[] RowsPerTask(Random random, int tasks)
    {
        var counts = new int[tasks];
        for (var index = 0; index < tasks; index++)
        {
            counts[index] = Models.Count > 1 && random.Chance(Spared) ? Models.Count - 1 : Models.Count;
        }

        while (counts.Sum() < Session.FewestRows)
        {
            counts[Array.FindIndex(counts, count => count < Models.Count)]++;
        }

        while (counts.Sum() > Session.MostRows)
        {
            counts[Array.FindIndex(counts, count => count > 1)]--;
        }

        return counts;
    }

    private static void Add(List<KitModel> models, CatalogProvider provider, CatalogModel model)
    {
        if (!models.Exists(used => used.Model == model))
        {
            models.Add(new(provider, model, Light: true));
        }
    }
}

internal sealed record KitModel(CatalogProvider Provider, CatalogModel Model, bool Light);
