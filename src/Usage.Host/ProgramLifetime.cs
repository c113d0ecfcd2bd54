namespace Usage.Host;

/// <summary>
/// The host lives as long as the program lets it. The framework's own lifetime would answer Ctrl-C beside the program, and could end the
/// process before that has noted why.
/// </summary>
internal sealed class ProgramLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
