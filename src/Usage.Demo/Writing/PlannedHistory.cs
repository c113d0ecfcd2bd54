using NodaTime;
using Npgsql;
using Usage.Demo.Planning;

namespace Usage.Demo.Writing;

/// <summary>A period as stored in the database.</summary>
/// <param name="Id">Column of the same name.</param>
/// <param name="WorldId">The world that it belongs to.</param>
/// <param name="WorldSeed">The seed that the world is planned from, together with its scale.</param>
/// <param name="Scale">The world's scale.</param>
/// <param name="SessionsDone">Number of sessions written so far.</param>
/// <param name="Completed">Whether all sessions are written.</param>
/// <param name="Plan">The plan.</param>
internal sealed record StoredPeriod(
    int Id, int WorldId, Seed WorldSeed, WorldScale Scale, int SessionsDone, bool Completed, HistoryPeriod Plan);

/// <summary>Tracks the history that the demo has generated in this database, and its progress.</summary>
internal sealed class PlannedHistory(NpgsqlDataSource dataSource)
{
    private const string Exists = "select to_regclass('usage_demo.history_period') is not null";

    private const string OthersExist = "select exists (select from public.task_usage) or exists (select from public.workspace)";

    private const string InsertWorld = """
        insert into usage_demo.world (seed, workspaces, agents, issues)
        values ($1, $2, $3, $4)
        returning id
        """;

    private const string InsertPeriod = """
        insert into usage_demo.history_period (world_id, seed, tasks, from_hour, to_hour, grows)
        values ($1, $2, $3, $4, $5, $6)
        """;

    private const string SelectPeriods = """
        select s.id, s.world_id, w.seed, w.workspaces, w.agents, w.issues, s.sessions_done, s.completed,
               s.seed, s.tasks, s.from_hour, s.to_hour, s.grows
        from usage_demo.history_period s
        join usage_demo.world w on w.id = s.world_id
        order by s.id
        """;

    /// <summary>Creates the demo's own tables if the database is empty or already has them.</summary>
    /// <exception cref="ForeignDataException">
    /// The database contains workspaces or usage that the demo did not generate.
    /// </exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (await IsTrueAsync(connection, Exists, cancellationToken))
        {
            return;
        }

        if (await IsTrueAsync(connection, OthersExist, cancellationToken))
        {
            throw new ForeignDataException(connection.Database);
        }

        await using var create = new NpgsqlCommand(await ReadTablesAsync(cancellationToken), connection);
        await create.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>All periods, oldest first.</summary>
    public async Task<IReadOnlyList<StoredPeriod>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var select = dataSource.CreateCommand(SelectPeriods);
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        var periods = new List<StoredPeriod>();
        while (await reader.ReadAsync(cancellationToken))
        {
            periods.Add(new(
                reader.GetInt32(0), reader.GetInt32(1), SeedAt(reader, 2),
                new WorldScale(reader.GetInt32(3), reader.GetInt32(4), reader.GetInt32(5)), reader.GetInt32(6), reader.GetBoolean(7),
                new HistoryPeriod(
                    SeedAt(reader, 8), reader.GetInt32(9), reader.GetFieldValue<Instant>(10), reader.GetFieldValue<Instant>(11),
                    reader.GetBoolean(12))));
        }

        return periods;
    }

    /// <summary>Writes a world's entities and its plan, if any, in one transaction.</summary>
    public async Task AddWorldAsync(Seed seed, WorldScale scale, HistoryPeriod? period, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var insert = new NpgsqlCommand(InsertWorld, connection)
        {
            Parameters = { new() { Value = Stored(seed) }, new() { Value = scale.Workspaces }, new() { Value = scale.Agents }, new() { Value = scale.Issues } },
        };
        var worldId = (int)(await insert.ExecuteScalarAsync(cancellationToken))!;
        await new WorldWriter(connection).WriteAsync(WorldPlanner.Plan(seed, scale), cancellationToken);
        if (period is not null)
        {
            await AddPeriodAsync(connection, worldId, period, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Adds a period to an existing world.</summary>
    public async Task AddPeriodAsync(int worldId, HistoryPeriod period, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await AddPeriodAsync(connection, worldId, period, cancellationToken);
    }

    private static async Task AddPeriodAsync(
        NpgsqlConnection connection, int worldId, HistoryPeriod period, CancellationToken cancellationToken)
    {
        await using var insert = new NpgsqlCommand(InsertPeriod, connection)
        {
            Parameters =
            {
                new() { Value = worldId }, new() { Value = Stored(period.Seed) }, new() { Value = period.Tasks },
                new() { Value = period.From }, new() { Value = period.To }, new() { Value = period.Grows },
            },
        };
        await insert.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<bool> IsTrueAsync(NpgsqlConnection connection, string question, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(question, connection);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    private static async Task<string> ReadTablesAsync(CancellationToken cancellationToken)
    {
        const string Name = "Usage.Demo.Writing.DemoTables.sql";
        await using var stream = typeof(PlannedHistory).Assembly.GetManifestResourceStream(Name)
            ?? throw new InvalidOperationException($"The program lacks its resource {Name}.");
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    private static long Stored(Seed seed) => unchecked((long)seed.Value);

    private static Seed SeedAt(NpgsqlDataReader reader, int column) => new(unchecked((ulong)reader.GetInt64(column)));
}
