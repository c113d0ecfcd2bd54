using Microsoft.Extensions.DependencyInjection;
using Usage.Engine.Schema;

namespace Usage.Tests.Integration.Databases;

/// <summary>Installs the application's tables and what Usage adds, as a host would.</summary>
internal static class TemplateSchema
{
    public static async Task InstallAsync(string connectionString)
    {
        await using var host = new ServiceCollection()
            .AddUsageEngine(options => options.ConnectionString = connectionString)
            .BuildServiceProvider();
        await host.GetRequiredService<UsageMigrator>().MigrateAsync(createApplicationTables: true);
    }
}
