using Npgsql;
using Usage.Engine.Database;
using Usage.Engine.Pricing;
using Usage.Engine.Rollup;

namespace Usage.Engine.Reporting;

/// <summary>How reports' parameters and cells travel to and from PostgreSQL.</summary>
internal static class CellReader
{
    public static void AddScope(this NpgsqlParameterCollection parameters, ReportScope scope)
    {
        var filter = scope.Filter;
        parameters.AddWithValue("workspace", scope.WorkspaceId);
        parameters.Add(new NpgsqlParameter<Guid?>("runtime", scope.RuntimeId));
        parameters.Add(new NpgsqlParameter<Guid?>("agent", filter.AgentId));
        parameters.Add(new NpgsqlParameter<Guid?>("project", filter.ProjectId));
        parameters.AddWithValue("without_project", filter.WithoutProject);
        parameters.Add(new NpgsqlParameter<string?>("provider", filter.Provider is { } provider ? ProviderName.Fold(provider) : null));
        parameters.Add(new NpgsqlParameter<string?>("model", filter.Model));
    }

    public static void AddAxis(this NpgsqlParameterCollection parameters, ReportAxis axis, WindowParts parts, CostEstimate costs)
    {
        parameters.AddWithValue("axis", NameOf(axis));
        parameters.AddWithValue("day_starts", parts.DayStarts.ToArray());
        parameters.AddOffsets(parts.Offsets);
        parameters.AddWithValue("price_starts", costs.PeriodStarts);
    }

    public static void AddOffsets(this NpgsqlParameterCollection parameters, ZoneOffsets offsets)
    {
        parameters.AddWithValue("offset_changes", offsets.Changes.ToArray());
        parameters.AddWithValue("offset_seconds", offsets.Seconds.ToArray());
    }

    public static void AddSpan(this NpgsqlParameterCollection parameters, Span span)
    {
        parameters.AddWithValue("from", span.Start);
        parameters.AddWithValue("to", span.End);
    }

    public static async Task<IReadOnlyList<UsageCell>> ReadCellsAsync(this NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<UsageCell> cells = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            cells.Add(new(
                reader.GetInt32(0), reader.GetNullableGuid(1), reader.GetString(2), reader.GetString(3), reader.GetInt32(4),
                new(Tokens(reader, 5), reader.GetDecimal(9), Tokens(reader, 10), reader.GetInt64(14), reader.GetInt64(15))));
        }

        return cells;
    }

    private static TokenSum Tokens(NpgsqlDataReader reader, int ordinal) => new(
        reader.GetDecimal(ordinal), reader.GetDecimal(ordinal + 1), reader.GetDecimal(ordinal + 2), reader.GetDecimal(ordinal + 3));

    private static string NameOf(ReportAxis axis) => axis switch
    {
        ReportAxis.Day => "day",
        ReportAxis.Hour => "hour",
        ReportAxis.WeekHour => "week_hour",
        ReportAxis.Agent => "agent",
        ReportAxis.Project => "project",
        _ => "",
    };
}
