using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Usage.Engine.Health;

/// <summary>
/// The health of the engine over all replicas. Reads the database at most once a second, however often it is called.
/// </summary>
internal sealed class UsageHealthCheck(HealthReader reader, IOptions<UsageEngineOptions> options, TimeProvider time) : IHealthCheck, IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim turn = new(1);
    private (HealthFacts Facts, long At)? read;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var facts = await FactsAsync(cancellationToken).ConfigureAwait(false);
        var findings = HealthRules.Judge(facts, options.Value.HeartbeatTimeout, options.Value.HealthMarkAge, options.Value.VerifyEvery);
        return new(
            findings is [] ? HealthStatus.Healthy : findings.Min(finding => finding.Status),
            findings is [] ? "Marks are drained." : string.Join(' ', findings.Select(finding => finding.Message)),
            exception: null,
            findings.ToDictionary(finding => finding.Name, object (finding) => finding));
    }

    public void Dispose() => turn.Dispose();

    private async Task<HealthFacts> FactsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return HealthFacts.Without(DatabaseAnswer.None);
        }

        try
        {
            if (read is not { } last || time.GetElapsedTime(last.At) >= Lifetime)
            {
                var facts = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                if (cancellationToken.IsCancellationRequested && facts.Answer == DatabaseAnswer.None)
                {
                    // A cancellation says more about the caller than about the database.
                    return facts;
                }

                read = last = (facts, time.GetTimestamp());
            }

            return last.Facts;
        }
        finally
        {
            turn.Release();
        }
    }
}
