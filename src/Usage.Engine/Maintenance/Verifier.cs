namespace Usage.Engine.Maintenance;

internal sealed class Verifier
{
    public Task<VerifyReport> VerifyAsync(VerifyRequest request, IProgress<VerifyProgress>? progress, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
