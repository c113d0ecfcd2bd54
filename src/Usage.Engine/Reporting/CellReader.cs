using Npgsql;
using NpgsqlTypes;
using Usage.Engine.Database;
using Usage.Engine.Pricing;
using Usage.Engine.Rollup;

namespace Usage.Engine.Reporting;

/// <summary>Binds reports' parameters and reads their cells.</summary>
internal static class CellReader
{
    public static void AddScope(this NpgsqlParameterCollection parameters, ReportScope scope)
    {
        var filter = scope.Filter;
        parameters.AddWithValue("workspace", scope.WorkspaceId);
        parameters.Add(new NpgsqlParameter<Guid?>("runtime", filter.RuntimeId));
        parameters.AddWithValue("without_runtime", filter.WithoutRuntime);
        parameters.Add(new NpgsqlParameter<Guid[]?>("agents", scope.Agents?.ToArray()) { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        parameters.Add(new NpgsqlParameter<Guid?>("project", filter.ProjectId));
        parameters.AddWithValue("without_project", filter.WithoutProject);
        parameters.Add(new NpgsqlParameter<string?>("provider", filter.Provider is { } provider ? ProviderName.Fold(provider) : null));
        parameters.Add(new NpgsqlParameter<string?>("model", filter.Model));
    }

    public static void AddAxis(this NpgsqlParameterCollection parameters, ReportAxis axis, WindowParts parts, CostEstimate costs)
    {
        parameters.AddWithValue("axis", NameOf(axis));
        parameters.AddWithValue("slot_starts", parts.SlotStarts.ToArray());
        parameters.AddOffsets(parts.Offsets);
        parameters.AddWithValue("price_starts", costs.PeriodStarts);
    }

    public static void AddOffsets(this NpgsqlParameterCollection parameters, ZoneOffsets offsets)
    {
        parameters.AddWithValue("offset_changes", offsets.Changes.ToArray());
        parameters.AddWithValue("offset_seconds", offsets.Seconds.ToArray());
    }

    public static void AddRange(this NpgsqlParameterCollection parameters, InstantRange range)
    {
        parameters.AddWithValue("from", range.Start);
        parameters.AddWithValue("to", range.End);
    }

    /// <summary>Binds the ranges of usage rows and the access path.</summary>
    public static void AddRows(this NpgsqlParameterCollection parameters, RawRows rows)
    {
        parameters.AddWithValue("starts", rows.Ranges.Select(range => range.Start).ToArray());
        parameters.AddWithValue("ends", rows.Ranges.Select(range => range.End).ToArray());
        parameters.AddWithValue("edges", rows.Ranges.SelectMany(range => new[] { range.Start, range.End }).ToArray());
        parameters.AddWithValue("by_agent", rows.ByAgent);
    }

    /// <summary>Reads cells. The provider may be folded or as spelled.</summary>
    public static async Task<IReadOnlyList<UsageCell>> ReadCellsAsync(this NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        List<UsageCell> cells = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            cells.Add(new(
                reader.GetInt32(0), reader.GetNullableGuid(1), ProviderName.Fold(reader.GetString(2)), reader.GetString(3), reader.GetInt32(4),
                new(Tokens(reader, 5), reader.GetDecimal(9), Tokens(reader, 10), reader.GetInt64(14), reader.GetInt64(15)),
                await reader.IsDBNullAsync(16, cancellationToken).ConfigureAwait(false) ? null : reader.GetString(16)));
        }

        return cells;
    }

    private static TokenSum Tokens(NpgsqlDataReader reader, int ordinal) => new(
        reader.GetDecimal(ordinal), reader.GetDecimal(ordinal + 1), reader.GetDecimal(ordinal + 2), reader.GetDecimal(ordinal + 3));

    internal static string NameOf(ReportAxis axis) => axis switch
    {
        ReportAxis.Day or ReportAxis.Week or ReportAxis.Month or ReportAxis.LocalHour => "slot",
        ReportAxis.Hour => "hour",
        ReportAxis.WeekHour => "week_hour",
        ReportAxis.Runtime => "runtime",
        ReportAxis.Agent => "agent",
        ReportAxis.Project => "project",
        _ => "",
    };
}
