using System.Data.Common;
using Npgsql;
using Usage.Engine;

namespace Usage.Host.Cli;

/// <summary>The services that every verb has, be it a server or not.</summary>
internal static class HostServices
{
    /// <summary>Services for a verb that ends by itself: nothing drains in the background, and only problems are logged.</summary>
    public static ServiceProvider ForVerb(
        IConfiguration configuration, string connectionString, TimeProvider time, bool verbose)
    {
        var services = new ServiceCollection();
        services.AddSingleton(configuration);
        services.AddLogging(logging => logging
            .SetMinimumLevel(verbose ? LogLevel.Debug : LogLevel.Warning)
            .AddSimpleConsole(console => console.SingleLine = true));
        services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        services.AddUsage(configuration, connectionString, time);
        services.Configure<UsageEngineOptions>(options =>
        {
            options.DrainInBackground = false;
            // One name for all of them, so that status is not a list of ended processes.
            options.ReplicaName = $"{Environment.MachineName}: command line";
        });
        return services.BuildServiceProvider();
    }

    /// <summary>The engine on its database, with the options of configuration section <c>Usage</c>.</summary>
    public static IServiceCollection AddUsage(
        this IServiceCollection services, IConfiguration configuration, string connectionString, TimeProvider time)
    {
        var section = configuration.GetSection(UsageEngineOptions.SectionName);
        CheckTypes(section);
        services.AddSingleton(time);
        services.AddSingleton(provider =>
        {
            var builder = new NpgsqlDataSourceBuilder(connectionString);
            builder.ConnectionStringBuilder.ApplicationName ??= "usage";
            // Else metrics would show the connection string.
            builder.Name = "usage";
            Tune(builder.ConnectionStringBuilder);
            builder.UseLoggerFactory(provider.GetRequiredService<ILoggerFactory>());
            builder.UseNodaTime();
            return builder.Build();
        });

        // The connection string is resolved already, with a flag over the configuration.
        return services.AddUsageParquet().AddUsageEngine(section).Configure<UsageEngineOptions>(options => options.ConnectionString = null);
    }

    /// <summary>
    /// Much is read at a time, as a backfill does, unless the connection string says otherwise. Nothing is prepared unless it says so
    /// (<c>Max Auto Prepare</c>): between here and the server may be a pooler that mixes up statements.
    /// </summary>
    private static void Tune(NpgsqlConnectionStringBuilder connection)
    {
        DbConnectionStringBuilder given = new() { ConnectionString = connection.ConnectionString };
        if (!given.ContainsKey("Read Buffer Size"))
        {
            connection.ReadBufferSize = 65_536;
        }
    }

    private static void CheckTypes(IConfigurationSection section)
    {
        try
        {
            section.Bind(new UsageEngineOptions());
        }
        catch (InvalidOperationException error)
        {
            throw new UsageConfigurationException($"{error.Message} {error.InnerException?.Message}".TrimEnd());
        }
    }
}
