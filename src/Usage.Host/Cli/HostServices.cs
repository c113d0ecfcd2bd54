using System.Data.Common;
using Npgsql;
using Usage.Engine;

namespace Usage.Host.Cli;

/// <summary>The services that all commands use.</summary>
internal static class HostServices
{
    /// <summary>
    /// Services for commands other than serve: nothing drains in the background, and only warnings and errors are logged.
    /// </summary>
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
            // A common name for all commands, so that status doesn't fill up with ended processes.
            options.ReplicaName = $"{Environment.MachineName}: command line";
        });
        return services.BuildServiceProvider();
    }

    /// <summary>Registers the engine and its database, with the options from section <c>Usage</c>.</summary>
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
            // Otherwise metrics would contain the connection string.
            builder.Name = "usage";
            Tune(builder.ConnectionStringBuilder);
            builder.UseLoggerFactory(provider.GetRequiredService<ILoggerFactory>());
            builder.UseNodaTime();
            return builder.Build();
        });

        // The connection string is resolved already, with a flag over the configuration.
        return services.AddUsageParquet().AddUsageEngine(section).Configure<UsageEngineOptions>(options =>
        {
            options.ConnectionString = null;
            options.ReportsConnectionString = Reports(options.ReportsConnectionString);
        });
    }

    /// <summary>The standby's address, in either form, with a name in <c>pg_stat_activity</c>. The engine refuses a blank one.</summary>
    private static string? Reports(string? given)
    {
        if (string.IsNullOrWhiteSpace(given))
        {
            return given;
        }

        NpgsqlConnectionStringBuilder connection = new(ConnectionUrl.ToConnectionString(given));
        connection.ApplicationName ??= "usage reports";
        Tune(connection);
        return ServerPool.Limit(connection.ConnectionString);
    }

    /// <summary>
    /// Enlarges the read buffer, for backfills, unless the connection string sets it. Automatic preparation stays off unless the
    /// connection string sets <c>Max Auto Prepare</c>: a pooler in between may not support prepared statements.
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
