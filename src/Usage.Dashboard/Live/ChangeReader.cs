using Npgsql;

namespace Usage.Dashboard.Live;

/// <summary>What differs when figures may differ.</summary>
/// <param name="Drains">What all drains have done: with nothing drained, no bucket has changed.</param>
/// <param name="Engine">What state the engine is in.</param>
/// <param name="Buckets">What the buckets of the workspace are.</param>
internal sealed record ChangeMark(string Drains, string Engine, string Buckets)
{
    /// <summary>Whether a viewer of the workspace sees something else now. Drains of other workspaces are nothing to see.</summary>
    public bool Shows(ChangeMark before) => Engine != before.Engine || Buckets != before.Buckets;
}

/// <summary>Asks the database whether a workspace's figures can have changed.</summary>
internal sealed class ChangeReader(NpgsqlDataSource database)
{
    // A few rows, whatever the size of the rollup.
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

    // A bucket that changes gets a new time, one that goes lowers the count.
    private const string BucketsSql = """
        select concat_ws(' ', count(*), sum((extract(epoch from updated_at) * 1000000)::bigint))
        from usage_rollup.hourly
        where workspace_id = @workspace
        """;

    public async Task<ChangeMark> ReadAsync(Guid workspace, ChangeMark? last, CancellationToken cancellationToken)
    {
        // The drains are read before the buckets: one that commits in between is looked at again.
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
