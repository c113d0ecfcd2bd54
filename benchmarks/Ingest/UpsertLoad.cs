using Npgsql;
using NpgsqlTypes;

namespace Usage.Benchmarks.Ingest;

/// <summary>Upserts usage rows of recent tasks as fast as possible, one per transaction.</summary>
internal sealed class UpsertLoad : IAsyncDisposable
{
    public const int Connections = 8;

    private const string RecentTasksSql = "select id from public.agent_task_queue order by created_at desc limit 20000";

    private const string UpsertSql = """
        insert into public.task_usage as u (
            task_id, provider, model, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens)
        values (@task, 'openai', @model, @input, @output, @cached, 0)
        on conflict (task_id, provider, model) do update
        set input_tokens      = excluded.input_tokens,
            output_tokens     = excluded.output_tokens,
            cache_read_tokens = excluded.cache_read_tokens,
            updated_at        = now()
        """;

    private static readonly string[] Models = ["gpt-5", "gpt-5-mini", "gpt-5-nano"];

    private readonly NpgsqlConnection[] connections;
    private readonly Guid[] tasks;
    private readonly TimeProvider time;

    private UpsertLoad(NpgsqlConnection[] connections, Guid[] tasks, TimeProvider time)
    {
        this.connections = connections;
        this.tasks = tasks;
        this.time = time;
    }

    public static async Task<UpsertLoad> OpenAsync(NpgsqlDataSource database, TimeProvider time, CancellationToken cancellationToken)
    {
        List<Guid> tasks = [];
        await using (var command = database.CreateCommand(RecentTasksSql))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                tasks.Add(reader.GetGuid(0));
            }
        }

        var connections = new NpgsqlConnection[Connections];
        for (var i = 0; i < Connections; i++)
        {
            connections[i] = await database.OpenConnectionAsync(cancellationToken);
        }

        return new(connections, [.. tasks], time);
    }

    /// <summary>Upserts for a period of time.</summary>
    /// <returns>Upserts per second over all connections.</returns>
    public async Task<double> RunAsync(TimeSpan length, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var counts = await Task.WhenAll(connections.Select((connection, i) => UpsertAsync(connection, i, started, length, cancellationToken)));
        return counts.Sum() / time.GetElapsedTime(started).TotalSeconds;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in connections)
        {
            await connection.DisposeAsync();
        }
    }

    private async Task<int> UpsertAsync(
        NpgsqlConnection connection, int number, long started, TimeSpan length, CancellationToken cancellationToken)
    {
        Random random = new(number);
        await using NpgsqlCommand command = new(UpsertSql, connection);
        var task = command.Parameters.Add("task", NpgsqlDbType.Uuid);
        var model = command.Parameters.Add("model", NpgsqlDbType.Text);
        var input = command.Parameters.Add("input", NpgsqlDbType.Bigint);
        var output = command.Parameters.Add("output", NpgsqlDbType.Bigint);
        var cached = command.Parameters.Add("cached", NpgsqlDbType.Bigint);
        await command.PrepareAsync(cancellationToken);
        var count = 0;
        while (time.GetElapsedTime(started) < length)
        {
            task.Value = tasks[random.Next(tasks.Length)];
            model.Value = Models[random.Next(Models.Length)];
            input.Value = random.NextInt64(20_000);
            output.Value = random.NextInt64(4_000);
            cached.Value = random.NextInt64(90_000);
            await command.ExecuteNonQueryAsync(cancellationToken);
            count++;
        }

        return count;
    }
}
