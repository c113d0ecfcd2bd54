using Dapper;
using Npgsql;

namespace Usage.Host.Comparing;

/// <summary>
/// An hourly table that something else fills, with the columns that it has in common with Usage's rollup. Columns have the rollup's names
/// unless they are mapped.
/// </summary>
/// <param name="Name">The table, quoted where necessary.</param>
/// <param name="Hour">An expression for the start of the hour as <c>timestamptz</c>.</param>
/// <param name="Dimensions">The dimensions of its key, each with an expression for its value.</param>
/// <param name="Measures">Its measures, each with its quoted column.</param>
internal sealed record OtherRollup(
    string Name, string Hour, IReadOnlyList<(string Name, string Value)> Dimensions, IReadOnlyList<(string Name, string Column)> Measures)
{
    public const string HourColumn = "bucket_hour";

    private const string TaskCount = "task_count";

    private const string ColumnsSql = """
        select a.attname, a.atttypid::regtype::text
        from pg_attribute a
        where a.attrelid = to_regclass(@table) and a.attnum > 0 and not a.attisdropped
        """;

    private static readonly string[] AllDimensions = ["workspace_id", "runtime_id", "agent_id", "project_id", "provider", "model"];

    private static readonly string[] AdditiveMeasures =
        ["input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "cost_usd_ticks", "event_count"];

    /// <summary>Names of the rollup that a column of the other table can be mapped to.</summary>
    public static IEnumerable<string> Names => [HourColumn, .. AllDimensions, .. AdditiveMeasures, TaskCount];

    /// <summary>
    /// Whether tasks can be compared: they are counted once in a bucket, so counts of a coarser key don't follow from those of a finer one.
    /// </summary>
    public bool HasTaskCount => Measures.Any(measure => measure.Name == TaskCount);

    /// <summary>Reads which columns the table has.</summary>
    /// <param name="database">The database.</param>
    /// <param name="table">The table, with its schema.</param>
    /// <param name="mapped">The table's columns by the rollup's names, where they differ.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ExplainedException">The table is missing, or can't be compared.</exception>
    public static async Task<OtherRollup> ReadAsync(
        NpgsqlDataSource database, string table, IReadOnlyDictionary<string, string> mapped, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var columns = (await connection.QueryAsync<(string Name, string Type)>(new CommandDefinition(ColumnsSql, new { table }, cancellationToken: cancellationToken)))
            .ToDictionary(column => column.Name, column => column.Type);
        if (columns.Count == 0)
        {
            throw new ExplainedException($"--with is '{table}': the database has no such table. Name it with its schema, such as public.task_usage_hourly.");
        }

        foreach (var (name, column) in mapped.Where(pair => !columns.ContainsKey(pair.Value)))
        {
            throw new ExplainedException($"--column is '{name}={column}': {table} has no column '{column}'. It has {List(columns.Keys)}.");
        }

        string? Column(string name) => mapped.GetValueOrDefault(name, name) is var column && columns.ContainsKey(column) ? column : null;

        var hour = Column(HourColumn) ?? throw new ExplainedException(
            $"{table} has no column {HourColumn}. Map it with --column {HourColumn}=NAME. It has {List(columns.Keys)}.");
        var hasTypedHour = columns[hour] switch
        {
            "timestamp with time zone" => Quoted(hour),
            "timestamp without time zone" => $"({Quoted(hour)} at time zone 'UTC')",
            var type => throw new ExplainedException($"{table}.{hour} is of type {type}: it must be a timestamp, the start of a UTC hour."),
        };
        (string, string)[] dimensions = [.. AllDimensions.Where(name => Column(name) is not null).Select(name => (name, Value(name, Column(name)!)))];
        var all = dimensions.Length == AllDimensions.Length ? AdditiveMeasures.Append(TaskCount) : AdditiveMeasures;
        (string, string)[] measures = [.. all.Where(name => Column(name) is not null).Select(name => (name, Quoted(Column(name)!)))];
        return measures.Length == 0
            ? throw new ExplainedException($"{table} has none of the columns {List(AdditiveMeasures)}. Map one with --column input_tokens=NAME.")
            : new(table, hasTypedHour, dimensions, measures);
    }

    /// <summary>Providers are folded as in the rollup, so that a spelling is no difference.</summary>
    private static string Value(string dimension, string column) => dimension switch
    {
        "provider" => $"lower({Quoted(column)}::text collate \"C\")",
        "model" => $"{Quoted(column)}::text",
        _ => $"{Quoted(column)}::uuid",
    };

    private static string Quoted(string identifier) => $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string List(IEnumerable<string> names) => string.Join(", ", names);
}
