using Testcontainers.PostgreSql;

namespace Usage.Tests.Integration.Databases;

/// <summary>A PostgreSQL in a container.</summary>
internal sealed class ContainerServer : IPostgresServer
{
    private readonly PostgreSqlContainer container = new PostgreSqlBuilder("postgres:17-alpine")
        .WithCommand("-c", "fsync=off", "-c", "max_connections=300")
        .Build();

    public string ConnectionString => container.GetConnectionString();

    public static async Task<ContainerServer> StartAsync()
    {
        var server = new ContainerServer();
        await server.container.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => container.DisposeAsync();
}
