namespace Usage.Engine.Maintenance;

internal sealed class Backfill
{
    public Task<BackfillResult> RunAsync(BackfillRequest request, IProgress<BackfillProgress>? progress, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
