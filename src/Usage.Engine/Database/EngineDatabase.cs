using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Usage.Engine.Database;

/// <summary>The engine's data source: one of its own where a connection string is set, of which it then disposes; else the host's.</summary>
internal sealed class EngineDatabase(IServiceProvider provider, IOptions<UsageEngineOptions> options) : IAsyncDisposable, IDisposable
{
    private readonly NpgsqlDataSource? own = options.Value.ConnectionString is { } connectionString ? Build(connectionString) : null;

    public NpgsqlDataSource Source => own ?? provider.GetRequiredService<NpgsqlDataSource>();

    public void Dispose() => own?.Dispose();

    public ValueTask DisposeAsync() => own?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <exception cref="ArgumentException">The connection string is none.</exception>
    /// <exception cref="NotSupportedException">Its parts contradict each other.</exception>
    public static NpgsqlDataSource Build(string connectionString)
    {
        NpgsqlDataSourceBuilder builder = new(connectionString);
        builder.UseNodaTime();
        return builder.Build();
    }
}
