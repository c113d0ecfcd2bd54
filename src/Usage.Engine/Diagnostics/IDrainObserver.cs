namespace Usage.Engine.Diagnostics;

/// <summary>Observes the steps of a drain. The drain awaits each call.</summary>
internal interface IDrainObserver
{
    ValueTask ReachedAsync(DrainStep step, CancellationToken cancellationToken);
}
