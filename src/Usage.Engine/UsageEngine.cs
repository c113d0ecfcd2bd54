using Usage.Engine.Draining;
using Usage.Engine.Maintenance;

namespace Usage.Engine;

/// <summary>Passes each operation to the part of the engine that performs it.</summary>
internal sealed class UsageEngine(DrainRunner runner, Backfill backfill, Verifier verifier, Freezer freezer, RollupStatus status, PauseSwitch pause)
    : IUsageEngine
{
    public Task<DrainResult> DrainAsync(
        Guid? workspaceId = null, IProgress<DrainResult>? progress = null, CancellationToken cancellationToken = default) =>
        runner.DrainAsync(workspaceId, progress, cancellationToken);

    public Task<BackfillResult> BackfillAsync(
        BackfillRequest request, IProgress<BackfillProgress>? progress = null, CancellationToken cancellationToken = default) =>
        backfill.RunAsync(request, progress, cancellationToken);

    public Task<VerifyReport> VerifyAsync(
        VerifyRequest request, IProgress<VerifyProgress>? progress = null, CancellationToken cancellationToken = default) =>
        verifier.VerifyAsync(request, progress, cancellationToken);

    public Task<FreezeResult> FreezeAsync(
        FreezeRequest request, IProgress<VerifyProgress>? progress = null, CancellationToken cancellationToken = default) =>
        freezer.FreezeAsync(request, progress, cancellationToken);

    public Task<EngineStatus> GetStatusAsync(CancellationToken cancellationToken = default) => status.ReadAsync(cancellationToken);

    public Task PauseAsync(CancellationToken cancellationToken = default) => pause.PauseAsync(cancellationToken);

    public Task ResumeAsync(CancellationToken cancellationToken = default) => pause.ResumeAsync(cancellationToken);
}
