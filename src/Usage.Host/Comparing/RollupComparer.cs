using System.Data;
using NodaTime;
using Npgsql;

namespace Usage.Host.Comparing;

/// <summary>Compares the rollup with another hourly table in one snapshot, a few days at a time, and explains each difference.</summary>
internal sealed class RollupComparer(NpgsqlDataSource database)
{
    private const int DaysAtOnce = 7;

    private const int FirstFigure = 6;

    private const string CompleteSql = """
        select exists (
            select from usage_rollup.backfill b
            where b.from_hour is null and b.to_hour is null and b.completed_at is not null)
        """;

    public async Task<ComparisonReport> CompareAsync(
        OtherRollup other, ComparisonRequest request, IProgress<ComparisonProgress>? progress, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using (NpgsqlCommand complete = new(CompleteSql, connection))
        {
            if (await complete.ExecuteScalarAsync(cancellationToken) is not true)
            {
                throw new ExplainedException("History is not backfilled yet, so there is nothing to compare. Start a host, or run 'usage backfill'.");
            }
        }

        CauseTotals totals = new(other.Measures.Count, request.ListAtMost);
        long rows = 0, withinHour = 0;
        if (await BoundsAsync(connection, other, request, cancellationToken) is var (first, end))
        {
            for (var from = first; from < end; from += Duration.FromDays(DaysAtOnce))
            {
                var to = Instant.Min(from + Duration.FromDays(DaysAtOnce), end);
                var counted = await CountAsync(connection, other, from, to, cancellationToken);
                (rows, withinHour) = (rows + counted.Rows, withinHour + counted.WithinHour);
                await ExplainAsync(connection, other, request.Lag, from, to, totals, cancellationToken);
                progress?.Report(new((long)Math.Ceiling((to - first).TotalDays), (long)Math.Ceiling((end - first).TotalDays), rows));
            }
        }

        return new(
            other.Name, [.. other.Dimensions.Select(dimension => dimension.Name)], [.. other.Measures.Select(measure => measure.Name)], rows, withinHour,
            totals.Count, totals.Causes(), totals.Largest());
    }

    private static async Task ExplainAsync(
        NpgsqlConnection connection, OtherRollup other, Duration lag, Instant from, Instant to, CauseTotals totals, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, ComparisonSql.Differences(other), from, to);
        command.Parameters.AddWithValue("lag", lag);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<KeyFigures> hour = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            var key = Key(reader, other.Measures.Count);
            if (hour is [var first, ..] && first.BucketHour != key.BucketHour)
            {
                Explain(hour, totals);
            }

            hour.Add(key);
        }

        Explain(hour, totals);
    }

    private static void Explain(List<KeyFigures> hour, CauseTotals totals)
    {
        foreach (var difference in CauseRules.Explain(hour))
        {
            totals.Add(difference);
        }

        hour.Clear();
    }

    private static KeyFigures Key(NpgsqlDataReader reader, int measures)
    {
        decimal[] Side(int side) => [.. Enumerable.Range(0, measures).Select(measure => reader.GetDecimal(FirstFigure + (4 * measure) + side))];

        return new(
            reader.GetFieldValue<Instant>(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetGuid(2), reader.GetBoolean(3),
            reader.GetBoolean(4), reader.GetBoolean(5), Side(0), Side(1), Side(2), Side(3));
    }

    /// <summary>The hours to compare: those of either side, within what was asked for. Null if there are none.</summary>
    private static async Task<(Instant First, Instant End)?> BoundsAsync(
        NpgsqlConnection connection, OtherRollup other, ComparisonRequest request, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(ComparisonSql.Bounds(other), connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        if (reader.IsDBNull(0))
        {
            return null;
        }

        var first = Instant.Max(reader.GetFieldValue<Instant>(0), request.From ?? Instant.MinValue);
        var end = Instant.Min(reader.GetFieldValue<Instant>(1), request.To ?? Instant.MaxValue);
        return first < end ? (first, end) : null;
    }

    private static async Task<(long Rows, long WithinHour)> CountAsync(
        NpgsqlConnection connection, OtherRollup other, Instant from, Instant to, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, ComparisonSql.Counts(other), from, to);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, Instant from, Instant to)
    {
        NpgsqlCommand command = new(sql, connection) { CommandTimeout = 0 };
        command.Parameters.AddWithValue("from", from);
        command.Parameters.AddWithValue("to", to);
        return command;
    }
}
