using Dapper;
using Npgsql;

namespace Usage.Tests.Integration.Standby;

/// <summary>Replay on the standby, paused until this is disposed.</summary>
internal sealed class PausedReplay : IAsyncDisposable
{
    private readonly NpgsqlDataSource standby;

    private PausedReplay(NpgsqlDataSource standby) => this.standby = standby;

    public static async Task<PausedReplay> BeginAsync(StandbyFixture servers)
    {
        PausedReplay paused = new(servers.Connect(name: "pause"));
        await using var connection = await paused.standby.OpenConnectionAsync();
        await connection.ExecuteAsync("select pg_wal_replay_pause()");
        while (await connection.ExecuteScalarAsync<string>("select pg_get_wal_replay_pause_state()") != "paused")
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }

        return paused;
    }

    public async ValueTask DisposeAsync()
    {
        await using (var connection = await standby.OpenConnectionAsync())
        {
            await connection.ExecuteAsync("select pg_wal_replay_resume()");
        }

        await standby.DisposeAsync();
    }
}
