using Usage.Engine.Draining;
using Usage.Engine.Maintenance;

namespace Usage.Engine;

/// <summary>The engine's operations. Safe to call from any replica, concurrently, and while the application writes.</summary>
public sealed class UsageEngine
{
    private readonly DrainRunner runner;
    private readonly Backfill backfill;
    private readonly Verifier verifier;
    private readonly RollupStatus status;
    private readonly PauseSwitch pause;

    internal UsageEngine(DrainRunner runner, Backfill backfill, Verifier verifier, RollupStatus status, PauseSwitch pause)
    {
        this.runner = runner;
        this.backfill = backfill;
        this.verifier = verifier;
        this.status = status;
        this.pause = pause;
    }

    /// <summary>
    /// Drains until nothing is pending but hours that were set aside; with a workspace, until nothing that concerns it is.
    /// </summary>
    /// <param name="workspaceId">The workspace whose pending hours are drained; null for all.</param>
    /// <param name="progress">Told after each committed batch.</param>
    /// <param name="cancellationToken">Stops between two batches or rolls the current one back; no mark is lost.</param>
    /// <exception cref="EnginePausedException">The engine is paused.</exception>
    public Task<DrainResult> DrainAsync(
        Guid? workspaceId = null, IProgress<DrainResult>? progress = null, CancellationToken cancellationToken = default) =>
        runner.DrainAsync(workspaceId, progress, cancellationToken);

    /// <summary>Marks every hour with usage or buckets in the range, newest first, and drains the marks along with other replicas.</summary>
    /// <exception cref="EnginePausedException">The engine is paused.</exception>
    public Task<BackfillResult> BackfillAsync(
        BackfillRequest request, IProgress<BackfillProgress>? progress = null, CancellationToken cancellationToken = default) =>
        backfill.RunAsync(request, progress, cancellationToken);

    /// <summary>Compares the rollup with a GROUP BY of the raw rows, in one snapshot.</summary>
    public Task<VerifyReport> VerifyAsync(
        VerifyRequest request, IProgress<VerifyProgress>? progress = null, CancellationToken cancellationToken = default) =>
        verifier.VerifyAsync(request, progress, cancellationToken);

    /// <summary>Reads what is pending, failed and running, by the database's clock.</summary>
    public Task<EngineStatus> GetStatusAsync(CancellationToken cancellationToken = default) => status.ReadAsync(cancellationToken);

    /// <summary>Stops draining in all replicas; marks go on collecting. A batch under way finishes.</summary>
    public Task PauseAsync(CancellationToken cancellationToken = default) => pause.PauseAsync(cancellationToken);

    /// <summary>Lets all replicas drain again.</summary>
    public Task ResumeAsync(CancellationToken cancellationToken = default) => pause.ResumeAsync(cancellationToken);
}
