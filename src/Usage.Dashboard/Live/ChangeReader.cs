using Npgsql;

namespace Usage.Dashboard.Live;

/// <summary>A fingerprint that changes whenever figures may have changed.</summary>
/// <param name="Drains">Progress of all drains: if nothing was drained, no bucket has changed.</param>
/// <param name="Engine">The engine's state.</param>
/// <param name="Buckets">The state of the workspace's buckets.</param>
internal sealed record ChangeMark(string Drains, string Engine, string Buckets)
{
    /// <summary>Whether the workspace's figures may differ from before. Drains of other workspaces don't count.</summary>
    public bool Shows(ChangeMark before) => Engine != before.Engine || Buckets != before.Buckets;
}

/// <summary>Reads from the database whether a workspace's figures may have changed.</summary>
internal sealed class ChangeReader(NpgsqlDataSource database)
{
    // Reads a few rows, whatever the size of the rollup.
    private const string EngineSql = """
        select concat_ws(
                   ' ',
                   (select sum(total_rows + total_hours) from usage_rollup.replica),
                   (select max(drain_ended_at) from usage_rollup.replica)),
               concat_ws(
                   ' ',
                   (select paused_at from usage_rollup.control),
                   (select count(*) from usage_rollup.set_aside),
                   (select count(completed_at) from usage_rollup.backfill))
        """;

    // A changed bucket gets a new timestamp; a deleted one lowers the count.
    private const string BucketsSql = """
        select concat_ws(' ', count(*), sum((extract(epoch from updated_at) * 1000000)::bigint))
        from usage_rollup.hourly
        where workspace_id = @workspace
        """;

    public async Task<ChangeMark> ReadAsync(Guid workspace, ChangeMark? last, CancellationToken cancellationToken)
    {
        // Read the drains before the buckets, so that a drain that commits in between is noticed next time.
        var (drains, engine) = await EngineAsync(cancellationToken).ConfigureAwait(false);
        return last is not null && drains == last.Drains
            ? last with { Engine = engine }
            : new(drains, engine, await BucketsAsync(workspace, cancellationToken).ConfigureAwait(false));
    }

    private async Task<(string Drains, string Engine)> EngineAsync(CancellationToken cancellationToken)
    {
        var command = database.CreateCommand(EngineSql);
        await using var _command = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return (reader.GetString(0), reader.GetString(1));
    }

    private async Task<string> BucketsAsync(Guid workspace, CancellationToken cancellationToken)
    {
        var command = database.CreateCommand(BucketsSql);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddWithValue("workspace", workspace);
        return (string)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }
}
