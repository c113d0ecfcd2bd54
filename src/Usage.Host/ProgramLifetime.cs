namespace Usage.Host;

/// <summary>
/// Leaves the host's lifetime to the program. The framework's own lifetime would handle Ctrl-C as well, and could end the process
/// before the program has recorded the reason.
/// </summary>
internal sealed class ProgramLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
