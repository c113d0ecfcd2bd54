using NodaTime;

namespace Usage.Engine.Pricing;

/// <summary>
/// Prices single calls, where the price book has tiers or knows how long a cache keeps tokens: the sum of a task's calls no longer tells.
/// Keeps the book for half a minute.
/// </summary>
internal sealed class CallPrices(PriceStore store, TimeProvider time)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim reading = new(1);
    private (PriceBook Book, long ReadAt)? kept;

    /// <summary>What a call costs in ticks, rounded half to even; null where the price book prices the sum.</summary>
    public async Task<long?> TicksAsync(string? provider, string model, Instant at, CallTokens tokens, CancellationToken cancellationToken)
    {
        var book = await BookAsync(cancellationToken).ConfigureAwait(false);
        return book.CallTicks(provider ?? "", model, at.InUtc().Date, tokens) is { } ticks
            ? (long)Math.Min(Math.Round(ticks, MidpointRounding.ToEven), Recording.UsageEntryValidator.MaxCostTicks)
            : null;
    }

    private async ValueTask<PriceBook> BookAsync(CancellationToken cancellationToken)
    {
        await reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (kept is not { } last || time.GetElapsedTime(last.ReadAt) >= KeptFor)
            {
                kept = last = (await store.ReadAsync(cancellationToken).ConfigureAwait(false), time.GetTimestamp());
            }

            return last.Book;
        }
        finally
        {
            reading.Release();
        }
    }
}
