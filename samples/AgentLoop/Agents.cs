using Microsoft.Extensions.AI;
using Npgsql;
using Usage.Extensions.AI;

namespace AgentLoop;

/// <summary>Works on one task after the other. Whatever the model is called for a task, the task's usage grows by it.</summary>
internal sealed class Agents(IChatClient chat, NpgsqlDataSource database, ILogger<Agents> logger) : BackgroundService
{
    private const string AgentSql = """
        with w as (insert into public.workspace (name) values ('Weather desk') returning id),
             r as (insert into public.agent_runtime (workspace_id, name, provider) select id, 'sample', 'openai' from w returning id, workspace_id)
        insert into public.agent (workspace_id, runtime_id, name) select workspace_id, id, 'Forecaster' from r returning id
        """;

    private const string BeginSql = """
        insert into public.agent_task_queue (agent_id, runtime_id, status, started_at)
        select a.id, a.runtime_id, 'running', now() from public.agent a where a.id = $1 returning id
        """;

    private const string EndSql = "update public.agent_task_queue set status = 'completed', completed_at = now() where id = $1";

    private static readonly ChatOptions Options = new() { Tools = [AIFunctionFactory.Create((string city) => $"Rain in {city}", "weather")] };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var agent = await IdAsync(AgentSql, null, stoppingToken);
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(1));
        do
        {
            var task = await IdAsync(BeginSql, agent, stoppingToken);
            using (UsageScope.Begin(task))
            {
                var answer = await chat.GetResponseAsync("What is the weather in Bergen?", Options, stoppingToken);
                logger.LogInformation("Task {Task}: {Answer}", task, answer.Text);
            }

            await using var end = database.CreateCommand(EndSql);
            end.Parameters.Add(new() { Value = task });
            await end.ExecuteNonQueryAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<Guid> IdAsync(string sql, Guid? id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(sql);
        if (id is { } given)
        {
            command.Parameters.Add(new() { Value = given });
        }

        return (Guid)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
