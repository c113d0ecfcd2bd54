namespace Usage.Engine.Draining;

internal sealed class DrainRunner
{
    public Task<DrainResult> DrainAsync(Guid? workspaceId, IProgress<DrainResult>? progress, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
