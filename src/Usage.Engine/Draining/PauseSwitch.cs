using NodaTime;
using Npgsql;

namespace Usage.Engine.Draining;

/// <summary>Pauses draining in all replicas.</summary>
internal sealed class PauseSwitch(NpgsqlDataSource database)
{
    private const string PauseSql = "update usage_rollup.control set paused_at = coalesce(paused_at, clock_timestamp())";
    private const string ResumeSql = "update usage_rollup.control set paused_at = null where paused_at is not null";
    private const string SinceSql = "select paused_at from usage_rollup.control";

    public Task PauseAsync(CancellationToken cancellationToken) => ExecuteAsync(PauseSql, cancellationToken);

    public Task ResumeAsync(CancellationToken cancellationToken) => ExecuteAsync(ResumeSql, cancellationToken);

    /// <summary>When the engine was paused; null while it runs.</summary>
    public async Task<Instant?> SinceAsync(CancellationToken cancellationToken)
    {
        var command = database.CreateCommand(SinceSql);
        await using var _command = command.ConfigureAwait(false);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as Instant?;
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        var command = database.CreateCommand(sql);
        await using var _command = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
