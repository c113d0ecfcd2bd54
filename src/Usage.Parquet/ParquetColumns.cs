using NodaTime;
using Parquet;
using Parquet.Schema;
using Usage.Engine.Exporting;

namespace Usage.Parquet;

/// <summary>The columns of a row group.</summary>
internal sealed class ParquetColumns
{
    private const int RowsPerGroup = 50_000;

    /// <summary>The counts, in the order of the columns.</summary>
    private static readonly string[] CountNames =
    [
        "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "cost_usd_ticks",
        "uncosted_input_tokens", "uncosted_output_tokens", "uncosted_cache_read_tokens", "uncosted_cache_write_tokens", "event_count",
    ];

    private static readonly DataField Date = new DataField<DateOnly>("date");
    private static readonly DataField Start = Time("period_start");
    private static readonly DataField End = Time("period_end");
    private static readonly DataField Workspace = new DataField<Guid>("workspace_id");
    private static readonly DataField Agent = new DataField<Guid>("agent_id");
    private static readonly DataField Runtime = new DataField<Guid?>("runtime_id");
    private static readonly DataField Project = new DataField<Guid?>("project_id");
    private static readonly DataField Provider = new DataField<string>("provider", nullable: false);
    private static readonly DataField Model = new DataField<string>("model", nullable: false);
    private static readonly DataField[] Counts = [.. CountNames.Select(name => new DataField<long>(name))];
    private static readonly DataField Cost = new DecimalDataField("cost_usd", 38, 16);
    private static readonly DataField Unpriced = new DataField<bool>("is_unpriced");

    private readonly DateOnly[] dates = new DateOnly[RowsPerGroup];
    private readonly DateTime[] starts = new DateTime[RowsPerGroup];
    private readonly DateTime[] ends = new DateTime[RowsPerGroup];
    private readonly Guid[] workspaces = new Guid[RowsPerGroup];
    private readonly Guid[] agents = new Guid[RowsPerGroup];
    private readonly Guid?[] runtimes = new Guid?[RowsPerGroup];
    private readonly Guid?[] projects = new Guid?[RowsPerGroup];
    private readonly string[] providers = new string[RowsPerGroup];
    private readonly string[] models = new string[RowsPerGroup];
    private readonly long[][] counts = [.. CountNames.Select(_ => new long[RowsPerGroup])];
    private readonly decimal[] costs = new decimal[RowsPerGroup];
    private readonly bool[] unpriced = new bool[RowsPerGroup];
    private int rows;

    public static ParquetSchema Schema { get; } = new([
        Date, Start, End, Workspace, Agent, Runtime, Project, Provider, Model, .. Counts, Cost, Unpriced,
    ]);

    public bool IsEmpty => rows == 0;

    public bool IsFull => rows == RowsPerGroup;

    public void Add(in ExportRow row, decimal costUsd, bool isUnpriced)
    {
        var key = row.Key;
        dates[rows] = key.Date.ToDateOnly();
        starts[rows] = key.Start.ToDateTimeUtc();
        ends[rows] = key.End.ToDateTimeUtc();
        workspaces[rows] = key.WorkspaceId;
        agents[rows] = key.AgentId;
        runtimes[rows] = key.RuntimeId;
        projects[rows] = key.ProjectId;
        providers[rows] = key.Provider;
        models[rows] = key.Model;
        ReadOnlySpan<long> values =
        [
            row.Tokens.Input, row.Tokens.Output, row.Tokens.CacheRead, row.Tokens.CacheWrite, row.CostUsdTicks,
            row.Uncosted.Input, row.Uncosted.Output, row.Uncosted.CacheRead, row.Uncosted.CacheWrite, row.EventCount,
        ];
        for (var count = 0; count < values.Length; count++)
        {
            counts[count][rows] = values[count];
        }

        costs[rows] = costUsd;
        unpriced[rows] = isUnpriced;
        rows++;
    }

    /// <summary>Writes the rows as a row group, and clears them.</summary>
    public async Task WriteAsync(ParquetRowGroupWriter group, CancellationToken cancellationToken)
    {
        await Write(Date, dates).ConfigureAwait(false);
        await Write(Start, starts).ConfigureAwait(false);
        await Write(End, ends).ConfigureAwait(false);
        await Write(Workspace, workspaces).ConfigureAwait(false);
        await Write(Agent, agents).ConfigureAwait(false);
        await WriteNullable(Runtime, runtimes).ConfigureAwait(false);
        await WriteNullable(Project, projects).ConfigureAwait(false);
        await group.WriteAsync(Provider, new ArraySegment<string>(providers, 0, rows)).ConfigureAwait(false);
        await group.WriteAsync(Model, new ArraySegment<string>(models, 0, rows)).ConfigureAwait(false);
        for (var count = 0; count < counts.Length; count++)
        {
            await Write(Counts[count], counts[count]).ConfigureAwait(false);
        }

        await Write(Cost, costs).ConfigureAwait(false);
        await Write(Unpriced, unpriced).ConfigureAwait(false);
        rows = 0;

        Task Write<T>(DataField field, T[] values) where T : struct =>
            group.WriteAsync<T>(field, values.AsMemory(0, rows), cancellationToken: cancellationToken);

        Task WriteNullable<T>(DataField field, T?[] values) where T : struct =>
            group.WriteAsync<T>(field, values.AsMemory(0, rows), cancellationToken: cancellationToken);
    }

    private static DateTimeDataField Time(string name) =>
        new(name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, DateTimeTimeUnit.Micros);
}
