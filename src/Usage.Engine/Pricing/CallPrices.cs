using NodaTime;

namespace Usage.Engine.Pricing;

/// <summary>
/// Prices single calls when the price book has tiers or prices by cache duration, which the sum of a task's calls no longer shows.
/// Caches the book for half a minute.
/// </summary>
internal sealed class CallPrices(PriceStore store, TimeProvider time)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private (Task<PriceBook> Reading, long Since)? kept;

    /// <summary>What a call costs in ticks, rounded half to even; null where the price book prices the sum.</summary>
    public async Task<long?> TicksAsync(string? provider, string model, Instant at, CallTokens tokens, CancellationToken cancellationToken)
    {
        var book = await BookAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        return book.CallTicks(provider ?? "", model, at.InUtc().Date, tokens) is { } ticks
            ? (long)Math.Min(Math.Round(ticks, MidpointRounding.ToEven), Recording.UsageEntryValidator.MaxCostTicks)
            : null;
    }

    /// <summary>One reading for all that ask meanwhile; one that failed is not kept.</summary>
    private Task<PriceBook> BookAsync()
    {
        lock (gate)
        {
            if (kept is not { } last || last.Reading.IsFaulted || time.GetElapsedTime(last.Since) >= KeptFor)
            {
                kept = last = (store.ReadAsync(CancellationToken.None), time.GetTimestamp());
            }

            return last.Reading;
        }
    }
}
