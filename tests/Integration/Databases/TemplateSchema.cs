using Microsoft.Extensions.DependencyInjection;
using Usage.Engine.Schema;

namespace Usage.Tests.Integration.Databases;

/// <summary>Installs the application's tables and Usage's schema, as a standalone host does.</summary>
internal static class TemplateSchema
{
    public static async Task InstallAsync(string connectionString)
    {
        await using var services = new ServiceCollection()
            .AddUsageEngine(options => options.ConnectionString = connectionString)
            .BuildServiceProvider();
        await services.GetRequiredService<UsageMigrator>().MigrateAsync(createApplicationTables: true);
    }
}
