using Npgsql;
using Usage.Engine.Rollup;

namespace Usage.Engine.Reporting;

/// <summary>Finds the provider and model pairs that occur in a report with more than one spelling of the provider.</summary>
internal static class MixedSpellings
{
    private const string BucketsSql = $"""
        select b.provider, b.model, min(b.spelling collate "C"), max(b.spelling collate "C")
        from usage_rollup.hourly b
        where {ReportSql.BucketFilter}
        group by 1, 2
        having bool_or(b.spelling <> '')
        """;

    /// <summary>Finds the pairs with mixed spellings among a report's cells.</summary>
    /// <param name="connection">The connection and transaction in which the cells were read.</param>
    /// <param name="scope">The scope of the report.</param>
    /// <param name="parts">The window; hours whose buckets were not read are cut.</param>
    /// <param name="cells">All cells of the report.</param>
    /// <param name="cancellationToken">Cancels the report.</param>
    public static async Task<IReadOnlySet<(string Provider, string Model)>> FindAsync(
        NpgsqlConnection connection, ReportScope scope, WindowParts parts, IReadOnlyList<UsageCell> cells,
        CancellationToken cancellationToken)
    {
        Spellings spellings = new();
        foreach (var cell in cells)
        {
            if (cell.Spelling is { } spelling)
            {
                spellings.Add(cell.Provider, cell.Model, spelling);
            }
        }

        if (cells.Any(cell => cell.Spelling is null))
        {
            await AddBucketsAsync(spellings, connection, scope, parts, cancellationToken).ConfigureAwait(false);
        }

        return spellings.Mixed;
    }

    private static async Task AddBucketsAsync(
        Spellings spellings, NpgsqlConnection connection, ReportScope scope, WindowParts parts, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(BucketsSql, connection);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddScope(scope);
        command.Parameters.AddRange(parts.Window);
        command.Parameters.AddWithValue("cut_hours", parts.CutHours.ToArray());
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var (provider, model) = (reader.GetString(0), reader.GetString(1));
            foreach (var stored in new[] { reader.GetString(2), reader.GetString(3) })
            {
                spellings.AddStored(provider, model, stored);
            }
        }
    }

    private sealed class Spellings
    {
        private readonly Dictionary<(string Provider, string Model), string> first = [];

        public HashSet<(string Provider, string Model)> Mixed { get; } = [];

        public void Add(string provider, string model, string spelling)
        {
            if (!first.TryAdd((provider, model), spelling) && first[(provider, model)] != spelling)
            {
                Mixed.Add((provider, model));
            }
        }

        /// <summary>Adds a bucket's stored spelling.</summary>
        public void AddStored(string provider, string model, string stored)
        {
            if (stored == BucketSum.SeveralSpellings)
            {
                Mixed.Add((provider, model));
            }
            else
            {
                Add(provider, model, stored.Length == 0 ? provider : stored);
            }
        }
    }
}
