using Npgsql;
using Usage.Engine.Maintenance;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Usage.Tests.Integration.Faults;
using Xunit;

namespace Usage.Tests.Integration.Standby;

/// <summary>A primary with a complete rollup, and a streaming standby.</summary>
public sealed class StandbyFixture : IAsyncLifetime
{
    // What was committed without waiting for the disk is not flushed by itself while a test runs.
    private const string LazySql = "alter system set wal_writer_delay = '10s'";

    private readonly OwnServer server = new();

    public TestDatabase Database { get; private set; } = null!;

    internal StandbyServer Standby { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var address = await server.StartAsync(CancellationToken.None);
        await TemplateSchema.InstallAsync(address);
        Database = new(address);
        await using (var engine = TestEngine.On(Database))
        {
            await engine.Engine.BackfillAsync(new BackfillRequest());
        }

        await Database.ExecuteAsync(LazySql);
        await Database.ExecuteAsync("select pg_reload_conf()");
        Standby = await FollowAsync();
    }

    /// <summary>Another standby, with settings of its own.</summary>
    internal Task<StandbyServer> FollowAsync(string settings = "") =>
        StandbyServer.FollowAsync(Database.ConnectionString, CancellationToken.None, settings);

    /// <summary>Connections to a standby.</summary>
    internal NpgsqlDataSource Connect(StandbyServer? to = null, string? name = null, string? database = null) => Database.Connect(builder =>
    {
        builder.Port = (to ?? Standby).Port;
        builder.ApplicationName = name ?? "reports";
        builder.Database = database ?? builder.Database;
    });

    public async ValueTask DisposeAsync()
    {
        await Standby.DisposeAsync();
        await Database.DisposeAsync();
        await server.DisposeAsync();
    }
}
