namespace Usage.Engine.Exporting;

/// <summary>Writes one record a key: where prices change within a period, its rows are added up.</summary>
internal abstract class KeyedWriter : ExportWriter
{
    private ExportRow? last;
    private decimal cost;
    private bool isUnpriced;

    public sealed override ValueTask WriteAsync(ExportRow row, CancellationToken cancellationToken)
    {
        if (last is { } before && before.Key == row.Key)
        {
            last = before with
            {
                Tokens = before.Tokens + row.Tokens,
                Uncosted = before.Uncosted + row.Uncosted,
                CostUsdTicks = before.CostUsdTicks + row.CostUsdTicks,
                EventCount = before.EventCount + row.EventCount,
            };
            cost += row.CostUsd;
            isUnpriced |= row.IsUnpriced;
            return ValueTask.CompletedTask;
        }

        var (done, doneCost, doneUnpriced) = (last, cost, isUnpriced);
        (last, cost, isUnpriced) = (row, row.CostUsd, row.IsUnpriced);
        return done is { } complete ? WriteAsync(complete, doneCost, doneUnpriced, cancellationToken) : ValueTask.CompletedTask;
    }

    public sealed override async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        if (last is { } row)
        {
            await WriteAsync(row, cost, isUnpriced, cancellationToken).ConfigureAwait(false);
        }

        await EndAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a record. The price of <paramref name="row"/> means nothing here.</summary>
    protected abstract ValueTask WriteAsync(ExportRow row, decimal costUsd, bool isUnpriced, CancellationToken cancellationToken);

    /// <summary>Ends the file.</summary>
    protected abstract ValueTask EndAsync(CancellationToken cancellationToken);
}
