using NodaTime;
using Npgsql;
using Usage.Engine.Database;
using Usage.Engine.Draining;
using Usage.Engine.Rollup;

namespace Usage.Engine.Maintenance;

/// <summary>
/// Freezes hours: drains what is pending, verifies, and moves the horizon while no drain is in progress and nothing that concerns the hours is
/// pending. What commits later is late usage.
/// </summary>
internal sealed class Freezer(NpgsqlDataSource database, DrainSession session, DrainRunner runner, Verifier verifier)
{
    /// <summary>Changes of such old hours are rare; if they keep coming, something is still working on them.</summary>
    private const int MaxTries = 10;

    private const string StateSql = """
        select c.frozen_before, clock_timestamp(),
               exists (
                   select from usage_rollup.backfill b
                   where b.from_hour is null and b.to_hour is null and b.completed_at is not null),
               (select count(*) from usage_rollup.set_aside s where s.bucket_hour is null or s.bucket_hour < @before),
               (select count(*) from usage_rollup.broken_trigger), (select count(*) from usage_rollup.changed_table)
        from usage_rollup.control c
        """;

    private const string FreezeSql = "update usage_rollup.control set frozen_before = @before, frozen_at = clock_timestamp()";

    /// <exception cref="FreezeRefusedException">A rule is broken.</exception>
    /// <exception cref="EnginePausedException">The engine is paused.</exception>
    public async Task<FreezeResult> FreezeAsync(FreezeRequest request, IProgress<VerifyProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var before = request.Before;
        if (!HourBucket.Covers(before) || HourBucket.Containing(before).Start != before)
        {
            throw new FreezeRefusedException($"The end of the frozen hours is {before}: it must be a whole UTC hour between 2000 and 2100.");
        }

        var previously = await CheckAsync(before, cancellationToken).ConfigureAwait(false);
        if (previously == before)
        {
            return new(before, previously, Verified: null);
        }

        await runner.DrainAsync(workspaceId: null, progress: null, cancellationToken).ConfigureAwait(false);
        var verified = request.Verify ? await VerifyAsync(before, progress, cancellationToken).ConfigureAwait(false) : null;
        for (var tries = 1; !await TryMoveAsync(before, cancellationToken).ConfigureAwait(false); tries++)
        {
            if (tries == MaxTries)
            {
                throw new FreezeRefusedException(
                    $"Hours before {before} keep changing: marks were pending each of {MaxTries} times. Choose an earlier end, or stop what changes them.");
            }

            await runner.DrainAsync(workspaceId: null, progress: null, cancellationToken).ConfigureAwait(false);
        }

        return new(before, previously, verified);
    }

    private async Task<Instant?> CheckAsync(Instant before, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _connection = connection.ConfigureAwait(false);
        return await CheckAsync(connection, before, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Instant?> CheckAsync(NpgsqlConnection connection, Instant before, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(StateSql, connection);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddWithValue("before", before);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var (frozen, now) = (reader.GetNullableInstant(0), reader.GetFieldValue<Instant>(1));
        var refusal = (frozen, now) switch
        {
            _ when before < frozen => $"The end of the frozen hours is {before}: it must not be before {frozen}, where it is now.",
            _ when before > now - FreezeRequest.MinimumAge =>
                $"The end of the frozen hours is {before}: it must be at least {FreezeRequest.MinimumAge.TotalHours:0} hours in the past, and it is {now} now.",
            _ when !reader.GetBoolean(2) => "History is not backfilled yet, so it can't be frozen. Start a host, or run 'usage backfill'.",
            _ when reader.GetInt64(3) is > 0 and var setAside =>
                $"{setAside} items before {before} could not be computed and are set aside: they must be corrected first. Status shows them.",
            _ when reader.GetInt64(4) is > 0 and var triggers => $"{triggers} triggers are missing or disabled, so changes may be missing. Run 'usage migrate' first.",
            _ when reader.GetInt64(5) is > 0 and var tables => $"{tables} partitions were added or removed, which no trigger marks. Run 'usage migrate' first.",
            _ => null,
        };
        return refusal is null ? frozen : throw new FreezeRefusedException(refusal);
    }

    private async Task<VerifyReport> VerifyAsync(Instant before, IProgress<VerifyProgress>? progress, CancellationToken cancellationToken)
    {
        var report = await verifier.VerifyAsync(new() { To = before }, progress, cancellationToken).ConfigureAwait(false);
        return report.DriftCount == 0
            ? report
            : throw new FreezeRefusedException(
                $"{report.DriftCount} buckets before {before} differ from the raw rows: changes bypassed the triggers. Run 'usage verify --repair' first, then drain.");
    }

    /// <summary>Moves the horizon, unless something that concerns the hours is pending.</summary>
    public async Task<bool> TryMoveAsync(Instant before, CancellationToken cancellationToken)
    {
        var connection = await DrainSession.OpenAsync(database, cancellationToken).ConfigureAwait(false);
        await using var _connection = connection.ConfigureAwait(false);
        var transaction = await session.BeginDurableAsync(connection, cancellationToken).ConfigureAwait(false);
        await using var _transaction = transaction.ConfigureAwait(false);
        await ExecuteAsync(new($"select {FrozenHours.ExclusiveSql}", connection), cancellationToken).ConfigureAwait(false);

        // Whatever was refused a moment ago may have come about meanwhile.
        await CheckAsync(connection, before, cancellationToken).ConfigureAwait(false);
        if ((await PendingHours.ReadAsync(connection, cancellationToken).ConfigureAwait(false)).Any(hour => hour < before))
        {
            return false;
        }

        NpgsqlCommand freeze = new(FreezeSql, connection);
        freeze.Parameters.AddWithValue("before", before);
        await ExecuteAsync(freeze, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static async Task ExecuteAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var _command = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
