using Npgsql;
using Usage.Engine.Recording;

namespace Worker;

/// <summary>Takes tasks that have finished from the application's queue, and records what their models used, in one transaction.</summary>
internal sealed class FinishedTasks(NpgsqlDataSource database, IUsageRecorder usage, TimeProvider time) : BackgroundService
{
    private const string FinishSql = """
        update agent_task_queue set status = 'completed', completed_at = now()
        where id = (select id from agent_task_queue where status = 'running' limit 1 for update skip locked)
        returning id
        """;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(200), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await using var connection = await database.OpenConnectionAsync(stoppingToken);
            await using var transaction = await connection.BeginTransactionAsync(stoppingToken);
            await using NpgsqlCommand finish = new(FinishSql, connection, transaction);
            if (await finish.ExecuteScalarAsync(stoppingToken) is Guid task)
            {
                await usage.RecordAsync(
                    task, [new UsageEntry("anthropic", "claude-sonnet-4-5", InputTokens: 900, OutputTokens: 120)], transaction, stoppingToken);
                await transaction.CommitAsync(stoppingToken);
            }
        }
    }
}
