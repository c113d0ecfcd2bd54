using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Usage.Engine.Database;

/// <summary>
/// The engine's data sources: its own where a connection string is set (disposed with the engine), otherwise the host's, under the engine's key
/// if it has one.
/// </summary>
internal sealed class EngineDatabase(IServiceProvider provider, string? key, IOptions<UsageEngineOptions> options) : IAsyncDisposable, IDisposable
{
    private readonly NpgsqlDataSource? own = options.Value.ConnectionString is { } connectionString ? Build(connectionString) : null;

    private readonly NpgsqlDataSource? ownReports = options.Value.ReportsConnectionString is { } reports ? Build(reports) : null;

    /// <summary>The standby that reports are read from; null if there is none.</summary>
    public NpgsqlDataSource? Reports => ownReports
        ?? (key is null ? provider.GetKeyedService<NpgsqlDataSource>(UsageEngineOptions.ReportsDataSourceKey) : null);

    public NpgsqlDataSource Source => own
        ?? (key is null ? provider.GetRequiredService<NpgsqlDataSource>() : provider.GetRequiredKeyedService<NpgsqlDataSource>(key));

    public void Dispose()
    {
        own?.Dispose();
        ownReports?.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (own is not null)
        {
            await own.DisposeAsync().ConfigureAwait(false);
        }

        if (ownReports is not null)
        {
            await ownReports.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <exception cref="ArgumentException">The connection string is malformed.</exception>
    /// <exception cref="NotSupportedException">The connection string combines settings that exclude each other.</exception>
    public static NpgsqlDataSource Build(string connectionString)
    {
        NpgsqlDataSourceBuilder builder = new(connectionString);
        builder.UseNodaTime();
        return builder.Build();
    }
}
