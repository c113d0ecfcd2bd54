using Usage.Engine.Draining;
using Usage.Engine.Maintenance;

namespace Usage.Engine;

/// <summary>
/// The engine's operations. Safe to call from any replica, concurrently, and while the application writes.
/// </summary>
public interface IUsageEngine
{
    /// <summary>
    /// Drains until nothing is pending except what is set aside. With a workspace, until nothing that may affect it is pending.
    /// </summary>
    /// <param name="workspaceId">Drains only what may affect this workspace; null drains everything.</param>
    /// <param name="progress">Reports the running total after each committed batch.</param>
    /// <param name="cancellationToken">Stops after a batch or rolls the current one back. No mark is lost.</param>
    /// <exception cref="EnginePausedException">The engine is paused.</exception>
    Task<DrainResult> DrainAsync(
        Guid? workspaceId = null, IProgress<DrainResult>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Marks every hour in the range that has usage or buckets, newest first, and drains the marks together with the other
    /// replicas.
    /// </summary>
    /// <exception cref="EnginePausedException">The engine is paused.</exception>
    Task<BackfillResult> BackfillAsync(
        BackfillRequest request, IProgress<BackfillProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Compares the rollup with a GROUP BY of the raw rows, in one snapshot.</summary>
    Task<VerifyReport> VerifyAsync(
        VerifyRequest request, IProgress<VerifyProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes the buckets of all hours before an instant final: they are recomputed no more, so their raw rows may be deleted. Reports of
    /// these hours come from the rollup alone. Can't be undone.
    /// </summary>
    /// <exception cref="FreezeRefusedException">
    /// The instant is no whole hour, too recent, or before the present one; or the hours are not backfilled, pending, set aside or drifted.
    /// </exception>
    /// <exception cref="EnginePausedException">The engine is paused.</exception>
    Task<FreezeResult> FreezeAsync(
        FreezeRequest request, IProgress<VerifyProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Reads what is pending, failed and running. Ages are by the database's clock.</summary>
    Task<EngineStatus> GetStatusAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Stops draining in all replicas. A batch in progress finishes. Changes are still marked, so none is lost.
    /// </summary>
    Task PauseAsync(CancellationToken cancellationToken = default);

    /// <summary>Lets all replicas drain again.</summary>
    Task ResumeAsync(CancellationToken cancellationToken = default);
}
