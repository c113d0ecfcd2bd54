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
    /// Drains until nothing is pending except what is set aside. With a workspace, until nothing that may affect it is pending.
    /// </summary>
    /// <param name="workspaceId">Drains only what may affect this workspace; null drains everything.</param>
    /// <param name="progress">Reports the running total after each committed batch.</param>
    /// <param name="cancellationToken">Stops after a batch or rolls the current one back. No mark is lost.</param>
    /// <exception cref="EnginePausedException">The engine is paused.</exception>
    public Task<DrainResult> DrainAsync(
        Guid? workspaceId = null, IProgress<DrainResult>? progress = null, CancellationToken cancellationToken = default) =>
        runner.DrainAsync(workspaceId, progress, cancellationToken);

    /// <summary>
    /// Marks every hour in the range that has usage or buckets, newest first, and drains the marks together with the other
    /// replicas.
    /// </summary>
    /// <exception cref="EnginePausedException">The engine is paused.</exception>
    public Task<BackfillResult> BackfillAsync(
        BackfillRequest request, IProgress<BackfillProgress>? progress = null, CancellationToken cancellationToken = default) =>
        backfill.RunAsync(request, progress, cancellationToken);

    /// <summary>Compares the rollup with a GROUP BY of the raw rows, in one snapshot.</summary>
    public Task<VerifyReport> VerifyAsync(
        VerifyRequest request, IProgress<VerifyProgress>? progress = null, CancellationToken cancellationToken = default) =>
        verifier.VerifyAsync(request, progress, cancellationToken);

    /// <summary>Reads what is pending, failed and running. Ages are by the database's clock.</summary>
    public Task<EngineStatus> GetStatusAsync(CancellationToken cancellationToken = default) => status.ReadAsync(cancellationToken);

    /// <summary>
    /// Stops draining in all replicas. A batch in progress finishes. Changes are still marked, so none is lost.
    /// </summary>
    public Task PauseAsync(CancellationToken cancellationToken = default) => pause.PauseAsync(cancellationToken);

    /// <summary>Lets all replicas drain again.</summary>
    public Task ResumeAsync(CancellationToken cancellationToken = default) => pause.ResumeAsync(cancellationToken);
}
