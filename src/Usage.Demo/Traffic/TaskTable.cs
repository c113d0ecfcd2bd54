using Npgsql;
using NpgsqlTypes;

namespace Usage.Demo.Traffic;

/// <summary>The application's statements on its tasks, one per operation.</summary>
internal sealed class TaskTable(NpgsqlDataSource dataSource)
{
    private const string Insert = """
        insert into public.agent_task_queue (id, agent_id, issue_id, runtime_id)
        values ($1, $2, $3, $4)
        """;

    private const string Start = "update public.agent_task_queue set status = 'running', started_at = now() where id = $1";

    private const string Complete = "update public.agent_task_queue set status = 'completed', completed_at = now() where id = $1";

    private const string Move = "update public.agent_task_queue set runtime_id = $2 where id = $1";

    private const string Delete = "delete from public.agent_task_queue where id = $1";

    private const string InsertUsage = """
        insert into public.task_usage (task_id, provider, model, input_tokens, output_tokens)
        values ($1, $2, $3, $4, $5)
        """;

    public Task InsertAsync(Guid task, Guid agent, Guid? issue, Guid? runtime, CancellationToken cancellationToken) =>
        ExecuteAsync(Insert, cancellationToken, Id(task), Id(agent), Id(issue), Id(runtime));

    public Task StartAsync(Guid task, CancellationToken cancellationToken) => ExecuteAsync(Start, cancellationToken, Id(task));

    public Task CompleteAsync(Guid task, CancellationToken cancellationToken) => ExecuteAsync(Complete, cancellationToken, Id(task));

    public Task MoveAsync(Guid task, Guid? runtime, CancellationToken cancellationToken) =>
        ExecuteAsync(Move, cancellationToken, Id(task), Id(runtime));

    public Task DeleteAsync(Guid task, CancellationToken cancellationToken) => ExecuteAsync(Delete, cancellationToken, Id(task));

    /// <summary>Inserts a usage row in a transaction that commits after a delay.</summary>
    public async Task InsertUsageLateAsync(
        Guid task, string provider, string model, TrafficRequest request, TimeSpan delay, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var insert = new NpgsqlCommand(InsertUsage, connection))
        {
            insert.Parameters.Add(Id(task));
            insert.Parameters.Add(new() { Value = provider });
            insert.Parameters.Add(new() { Value = model });
            insert.Parameters.Add(new() { Value = request.ContextTokens });
            insert.Parameters.Add(new() { Value = request.GeneratedTokens });
            await insert.ExecuteNonQueryAsync(cancellationToken);
        }

        await Task.Delay(delay, time, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static NpgsqlParameter Id(Guid? id) => new() { Value = id ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid };

    private async Task ExecuteAsync(string statement, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = dataSource.CreateCommand(statement);
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
