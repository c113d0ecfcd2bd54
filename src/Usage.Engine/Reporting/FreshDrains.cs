using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Npgsql;
using Usage.Engine.Database;
using Usage.Engine.Draining;

namespace Usage.Engine.Reporting;

/// <summary>
/// Drains workspaces for fresh reports. Requests for one workspace share the current drain, and there are at most as many
/// concurrent drains as reports. A request that joins late may miss changes, but their marks are still in the journal, so the
/// report reads those hours from raw rows.
/// </summary>
internal sealed class FreshDrains(
    NpgsqlDataSource database, DrainRunner runner, IOptions<UsageEngineOptions> options, TimeProvider time)
{
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(2);

    private const string CompleteSql = """
        select exists (
            select from usage_rollup.backfill b
            where b.from_hour is null and b.to_hour is null and b.completed_at is not null)
        """;

    private readonly Channel<Guid> running = Channel.CreateBounded<Guid>(options.Value.MaxConcurrentReports);
    private readonly Dictionary<Guid, Task<bool>> underWay = [];
    private readonly Lock gate = new();

    /// <summary>
    /// Drains what is pending for a workspace, for at most 2 seconds. Does nothing while the rollup is incomplete.
    /// </summary>
    /// <returns>Whether the drain completed: anything still pending was set aside or arrived later.</returns>
    public Task<bool> DrainAsync(Guid workspaceId, CancellationToken cancellationToken)
    {
        Task<bool>? drain;
        lock (gate)
        {
            if (!underWay.TryGetValue(workspaceId, out drain))
            {
                underWay.Add(workspaceId, drain = RunAsync(workspaceId));
            }
        }

        return drain.WaitAsync(cancellationToken);
    }

    /// <summary>Runs one drain, which callers can't cancel.</summary>
    private async Task<bool> RunAsync(Guid workspaceId)
    {
        await Task.Yield();
        using CancellationTokenSource limit = new(DrainTime, time);
        try
        {
            await running.Writer.WriteAsync(workspaceId, limit.Token).ConfigureAwait(false);
            try
            {
                return await IsCompleteAsync(limit.Token).ConfigureAwait(false) && await EndsAsync(workspaceId, limit.Token).ConfigureAwait(false);
            }
            finally
            {
                running.Reader.TryRead(out _);
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception error) when (error is EnginePausedException || Failure.IsTransient(error))
        {
            return false;
        }
        finally
        {
            lock (gate)
            {
                underWay.Remove(workspaceId);
            }
        }
    }

    private async Task<bool> EndsAsync(Guid workspaceId, CancellationToken cancellationToken)
    {
        await runner.DrainAsync(workspaceId, progress: null, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task<bool> IsCompleteAsync(CancellationToken cancellationToken)
    {
        var command = database.CreateCommand(CompleteSql);
        await using var _command = command.ConfigureAwait(false);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }
}
