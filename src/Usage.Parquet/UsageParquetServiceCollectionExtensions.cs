using Microsoft.Extensions.DependencyInjection.Extensions;
using Usage.Engine.Exporting;
using Usage.Parquet;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Parquet to the formats of exports.</summary>
public static class UsageParquetServiceCollectionExtensions
{
    /// <summary>Adds the format <c>parquet</c> to <see cref="UsageExports"/>. Calling it again changes nothing.</summary>
    /// <param name="services">The host's services.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddUsageParquet(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ExportFormat, ParquetExport>());
        return services;
    }
}
