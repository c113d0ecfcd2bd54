using Npgsql;
using Usage.Engine.Schema;

namespace Usage.Tests.Integration.Databases;

/// <summary>Installs the application's tables and what Usage adds.</summary>
internal static class TemplateSchema
{
    public static async Task InstallAsync(string connectionString)
    {
        await using var dataSource = NpgsqlDataSource.Create(connectionString);
        var engine = typeof(UsageMigrator).Assembly;
        var scripts = engine.GetManifestResourceNames()
            .Where(name => name.Contains(".Schema.Scripts.", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
        await RunAsync("Usage.Engine.Schema.ApplicationTables.sql");
        await using (var schema = dataSource.CreateCommand("create schema usage_rollup"))
        {
            await schema.ExecuteNonQueryAsync();
        }

        foreach (var script in scripts)
        {
            await RunAsync(script);
        }

        async Task RunAsync(string resource)
        {
            using var reader = new StreamReader(engine.GetManifestResourceStream(resource)!);
            await using var command = dataSource.CreateCommand(await reader.ReadToEndAsync());
            await command.ExecuteNonQueryAsync();
        }
    }
}
