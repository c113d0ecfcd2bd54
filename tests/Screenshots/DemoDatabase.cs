using Npgsql;
using Usage.Demo.Cli;
using Usage.Host.Cli;

namespace Usage.Screenshots;

/// <summary>A separate database with the demo's half year of usage, identical in each run, and dropped at the end.</summary>
internal sealed class DemoDatabase : IAsyncDisposable
{
    private const string Name = "usage_screenshots";

    private const string Drop = $"drop database if exists {Name} with (force)";

    private readonly string server;

    private DemoDatabase(string server) => this.server = server;

    public string ConnectionString => new NpgsqlConnectionStringBuilder(server) { Database = Name }.ConnectionString;

    public static async Task<DemoDatabase> CreateAsync(string server)
    {
        DemoDatabase database = new(server);
        await database.ExecuteAsync(Drop);
        await database.ExecuteAsync($"create database {Name}");
        HostContext host = new(new StoppedClock());
        return await UsageCommandLine.RunAsync(host, ["demo", "--no-serve", "--connection", database.ConnectionString], DemoCommand.Create(host)) == ExitCode.Success
            ? database
            : throw new InvalidOperationException("The demo's history could not be made; it has said why.");
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await ExecuteAsync(Drop);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using NpgsqlConnection connection = new(server);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
