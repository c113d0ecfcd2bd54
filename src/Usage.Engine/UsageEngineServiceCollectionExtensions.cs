using Usage.Engine;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the engine with a host.</summary>
public static class UsageEngineServiceCollectionExtensions
{
    /// <summary>
    /// Registers <c>UsageEngine</c>, <c>IUsageRecorder</c>, <c>UsageMigrator</c> and a hosted service that drains in the background.
    /// Takes the <c>NpgsqlDataSource</c> that is registered, unless <see cref="UsageEngineOptions.ConnectionString"/> is set.
    /// </summary>
    public static IServiceCollection AddUsageEngine(this IServiceCollection services, Action<UsageEngineOptions>? configure = null) =>
        throw new NotImplementedException();
}
