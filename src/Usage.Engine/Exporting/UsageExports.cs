using System.Data;
using Npgsql;
using Usage.Engine.Database;
using Usage.Engine.Maintenance;
using Usage.Engine.Pricing;

namespace Usage.Engine.Exporting;

/// <summary>
/// Writes usage to files, for accounting. A file is one snapshot and contains everything committed in it: hours with pending marks
/// are read from raw rows. Unless data has changed, another export gives the same bytes. Memory does not depend on the number of rows.
/// </summary>
public sealed class UsageExports
{
    private const string CompleteSql = """
        select exists (
            select from usage_rollup.backfill b
            where b.from_hour is null and b.to_hour is null and b.completed_at is not null)
        """;

    private const string NamesSql = """
        select w.id, w.name from public.workspace w where @workspace is null or w.id = @workspace
        """;

    /// <summary>As for reports: see there. A day's rows are sorted in memory where they fit.</summary>
    private const string PlanSql = """
        select set_config('work_mem', '64MB', true), set_config('jit', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true)
        """;

    private readonly NpgsqlDataSource database;
    private readonly PriceStore prices;

    internal UsageExports(NpgsqlDataSource database, PriceStore prices, IEnumerable<ExportFormat> more)
    {
        this.database = database;
        this.prices = prices;
        Formats = [new CsvExport(), .. Focus.FocusExport.All, .. more];
    }

    /// <summary>The formats there are: <c>csv</c>, <c>focus</c> (FOCUS 1.4), <c>focus-1.2</c>, and those that packages add.</summary>
    public IReadOnlyList<ExportFormat> Formats { get; }

    /// <summary>The format with a name; null if there is none.</summary>
    public ExportFormat? Find(string name) => Formats.FirstOrDefault(format => format.Name == name);

    /// <summary>Writes a file.</summary>
    /// <param name="request">What to export. The caller checks access.</param>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="output">The output, which stays open and need not be seekable.</param>
    /// <param name="cancellationToken">Cancels the export; the output is then incomplete.</param>
    /// <returns>Number of exported usage rows.</returns>
    public async Task<long> WriteAsync(
        ExportRequest request, ExportFormat format, Stream output, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(format);
        var book = await prices.ReadAsync(cancellationToken).ConfigureAwait(false);
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _connection = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using var _transaction = transaction.ConfigureAwait(false);
        NpgsqlCommand plan = new(PlanSql, connection);
        await using var _plan = plan.ConfigureAwait(false);
        await plan.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);

        var pending = await IsCompleteAsync(connection, cancellationToken).ConfigureAwait(false)
            ? await PendingHours.ReadAsync(connection, cancellationToken).ConfigureAwait(false)
            : null;
        var frozenBefore = await FrozenHours.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
        ExportContext context = new(request.Window.Zone, await NamesAsync(connection, request.WorkspaceId, cancellationToken).ConfigureAwait(false));
        ExportReader reader = new(connection, request, new ExportPrices(book));
        var writer = await format.OpenAsync(output, context, cancellationToken).ConfigureAwait(false);
        await using var _writer = writer.ConfigureAwait(false);
        var rows = 0L;
        foreach (var day in request.Window.Days)
        {
            await foreach (var row in reader.ReadAsync(ExportDay.Of(day, pending, frozenBefore), cancellationToken).ConfigureAwait(false))
            {
                await writer.WriteAsync(row, cancellationToken).ConfigureAwait(false);
                rows++;
            }
        }

        await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
        return rows;
    }

    private static async Task<bool> IsCompleteAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(CompleteSql, connection);
        await using var _command = command.ConfigureAwait(false);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    private static async Task<IReadOnlyDictionary<Guid, string>> NamesAsync(
        NpgsqlConnection connection, Guid? workspaceId, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(NamesSql, connection) { Parameters = { new NpgsqlParameter<Guid?>("workspace", workspaceId) } };
        await using var _command = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        Dictionary<Guid, string> names = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            names.Add(reader.GetGuid(0), reader.GetString(1));
        }

        return names;
    }
}
