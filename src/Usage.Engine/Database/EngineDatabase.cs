using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Usage.Engine.Database;

/// <summary>
/// The engine's data source: its own when a connection string is set (disposed with the engine), otherwise the host's.
/// </summary>
internal sealed class EngineDatabase(IServiceProvider provider, IOptions<UsageEngineOptions> options) : IAsyncDisposable, IDisposable
{
    private readonly NpgsqlDataSource? own = options.Value.ConnectionString is { } connectionString ? Build(connectionString) : null;

    public NpgsqlDataSource Source => own ?? provider.GetRequiredService<NpgsqlDataSource>();

    public void Dispose() => own?.Dispose();

    public ValueTask DisposeAsync() => own?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <exception cref="ArgumentException">The connection string is malformed.</exception>
    /// <exception cref="NotSupportedException">The connection string combines settings that exclude each other.</exception>
    public static NpgsqlDataSource Build(string connectionString)
    {
        NpgsqlDataSourceBuilder builder = new(connectionString);
        builder.UseNodaTime();
        return builder.Build();
    }
}
