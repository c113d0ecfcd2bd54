namespace Usage.Demo.Planning;

/// <summary>A provider's models: main models, and lighter ones used alongside them.</summary>
/// <param name="Name">The normalised name.</param>
/// <param name="OldSpelling">The spelling used by older daemons.</param>
/// <param name="Popularity">Relative share of runtimes.</param>
/// <param name="CostReported">Probability that a usage row has a cost reported by the provider.</param>
/// <param name="CachesWrites">Whether it reports tokens written to its cache.</param>
/// <param name="Main">Most used first.</param>
/// <param name="Light">Most used first.</param>
internal sealed record CatalogProvider(
    string Name, string OldSpelling, double Popularity, double CostReported, bool CachesWrites,
    IReadOnlyList<CatalogModel> Main, IReadOnlyList<CatalogModel> Light);

internal static class ModelCatalog
{
    public static IReadOnlyList<CatalogProvider> Providers { get; } =
    [
        new("anthropic", "Anthropic", 10, 0.15, true,
            [
                Priced("anthropic", "claude-sonnet-4-6", 3, 15, 0.30m, 3.75m), Priced("anthropic", "claude-opus-4-8", 5, 25, 0.50m, 6.25m),
                Priced("anthropic", "claude-opus-5", 5, 25, 0.50m, 6.25m), Priced("anthropic", "claude-sonnet-5", 2, 10, 0.20m, 2.50m),
            ],
            [Priced("anthropic", "claude-haiku-4-5", 1, 5, 0.10m, 1.25m), Priced("anthropic", "claude-haiku-3-5", 0.80m, 4, 0.08m, 1)]),
        new("openai", "OpenAI", 7, 0.10, false,
            [
                Priced("openai", "gpt-5.3-codex", 1.75m, 14, 0.175m, 1.75m), Priced("openai", "gpt-5.4", 2.50m, 15, 0.25m, 2.50m),
                Priced("openai", "gpt-5.5", 5, 30, 0.50m, 5), Priced("openai", "o3", 2, 8, 0.50m, 2),
            ],
            [Priced("openai", "gpt-5.4-mini", 0.75m, 4.50m, 0.075m, 0.75m), Priced("openai", "gpt-5-nano", 0.05m, 0.40m, 0.005m, 0.05m)]),
        new("cursor", "Cursor", 3, 0.95, false,
            [Priced("cursor", "composer-2.5", 0.5m, 2.5m, 0.2m, 0), Priced("cursor", "auto", 1.25m, 6, 0.25m, 0)],
            [Priced("cursor", "composer-2-fast", 1.5m, 7.5m, 0.35m, 0)]),
        new("google", "Google", 2, 0, false,
            [new("google", "gemini-2.5-pro", null)],
            [new("google", "gemini-2.5-flash", null)]),
        new("deepseek", "DeepSeek", 2, 0, false,
            [Priced("deepseek", "deepseek-v4-pro", 1.74m, 3.48m, 0.0145m, 1.74m), Priced("deepseek", "deepseek-reasoner", 0.14m, 0.28m, 0.0028m, 0.14m)],
            [Priced("deepseek", "deepseek-v4-flash", 0.14m, 0.28m, 0.0028m, 0.14m)]),
        new("moonshot", "Moonshot", 1, 0, false,
            [Priced("moonshot", "kimi-k2.6", 0.95m, 4, 0.16m, 0.95m)],
            [Priced("moonshot", "kimi-k2.6", 0.95m, 4, 0.16m, 0.95m)]),
        new("xai", "xAI", 1, 0.60, false,
            [Priced("xai", "grok-4.5", 2, 6, 0.30m, 2), Priced("xai", "grok-4.20-0309-reasoning", 1.25m, 2.50m, 0.20m, 1.25m)],
            [Priced("xai", "grok-build-0.1", 1, 2, 0.20m, 1)]),
        new("zai", "ZAI", 1, 0, false,
            [Priced("zai", "glm-5.1", 1.4m, 4.4m, 0.26m, 1.4m), Priced("zai", "glm-4.7", 0.6m, 2.2m, 0.11m, 0.6m)],
            [Priced("zai", "glm-4.5-air", 0.2m, 1.1m, 0.03m, 0.2m), Priced("zai", "glm-4.7-flash", 0, 0, 0, 0)]),
    ];

    public static CatalogProvider Provider(string name) => Providers.First(provider => provider.Name == name);

    public static CatalogProvider DrawProvider(Random random)
    {
        var left = random.NextDouble() * Providers.Sum(provider => provider.Popularity);
        return Providers.FirstOrDefault(provider => (left -= provider.Popularity) < 0) ?? Providers[0];
    }

    private static CatalogModel Priced(
        string provider, string name, decimal input, decimal output, decimal cacheRead, decimal cacheWrite) =>
        new(provider, name, new ListPrice(input, output, cacheRead, cacheWrite));
}
