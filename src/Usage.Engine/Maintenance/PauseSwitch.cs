namespace Usage.Engine.Maintenance;

internal sealed class PauseSwitch
{
    public Task PauseAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task ResumeAsync(CancellationToken cancellationToken) => throw new NotImplementedException();
}
