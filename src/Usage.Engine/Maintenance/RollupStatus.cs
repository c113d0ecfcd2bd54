namespace Usage.Engine.Maintenance;

internal sealed class RollupStatus
{
    public Task<EngineStatus> ReadAsync(CancellationToken cancellationToken) => throw new NotImplementedException();
}
