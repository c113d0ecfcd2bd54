using NodaTime;
using Npgsql;

namespace Usage.Engine.Pricing;

/// <summary>Finds what a change of prices makes of the usage in the rollup.</summary>
internal static class RepricedDays
{
    private const decimal TicksPerUsd = 10_000_000_000m;

    private const string TokensSql = """
        select (h.bucket_hour at time zone 'UTC')::date, h.provider, h.model,
               sum(h.uncosted_input_tokens), sum(h.uncosted_output_tokens),
               sum(h.uncosted_cache_read_tokens), sum(h.uncosted_cache_write_tokens)
        from usage_rollup.hourly h
        where h.uncosted_input_tokens + h.uncosted_output_tokens > 0
           or h.uncosted_cache_read_tokens + h.uncosted_cache_write_tokens > 0
        group by 1, 2, 3
        order by 1 desc, 2, 3
        """;

    /// <summary>Those whose estimate differs.</summary>
    public static async Task<IReadOnlyList<RepricedDay>> FindAsync(
        NpgsqlConnection connection, PriceBook before, PriceBook after, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(TokensSql, connection);
        await using var _command = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        List<RepricedDay> days = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var (date, provider, model) = (reader.GetFieldValue<LocalDate>(0), reader.GetString(1), reader.GetString(2));
            TokenSum tokens = new(reader.GetDecimal(3), reader.GetDecimal(4), reader.GetDecimal(5), reader.GetDecimal(6));
            var (old, now) = (before.Ticks(provider, model, date, tokens), after.Ticks(provider, model, date, tokens));
            if (old != now)
            {
                days.Add(new(date, provider, model, old / TicksPerUsd, now / TicksPerUsd));
            }
        }

        return days;
    }
}
