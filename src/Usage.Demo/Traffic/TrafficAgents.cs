using Dapper;
using Npgsql;

namespace Usage.Demo.Traffic;

/// <summary>An agent that generates traffic, with the issues and runtimes its tasks can have.</summary>
internal sealed record TrafficAgent(Guid Id, Guid? RuntimeId, string Provider, IReadOnlyList<Guid> Issues, IReadOnlyList<Guid> Runtimes);

/// <summary>Reads the agents that generate traffic.</summary>
internal static class TrafficAgents
{
    private const string SelectAgents = """
        with some_issues as (
            select r.workspace_id, array_agg(r.id) as ids
            from (select i.workspace_id, i.id, row_number() over (partition by i.workspace_id order by md5(i.id::text)) as number
                  from public.issue i) r
            where r.number <= 40
            group by r.workspace_id),
        some_runtimes as (
            select r.workspace_id, (array_agg(r.id order by r.id))[1:8] as ids
            from public.agent_runtime r
            group by r.workspace_id)
        select a.id, a.runtime_id, coalesce(r.provider, ''), coalesce(i.ids, '{}'), coalesce(o.ids, '{}')
        from public.agent a
        left join public.agent_runtime r on r.id = a.runtime_id
        left join some_issues i on i.workspace_id = a.workspace_id
        left join some_runtimes o on o.workspace_id = a.workspace_id
        order by md5(a.id::text)
        limit 300
        """;

    /// <summary>Reads at most 300 agents.</summary>
    public static async Task<IReadOnlyList<TrafficAgent>> ReadAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var agents = await connection.QueryAsync<(Guid Id, Guid? RuntimeId, string Provider, Guid[] Issues, Guid[] Runtimes)>(
            new CommandDefinition(SelectAgents, cancellationToken: cancellationToken));
        return [.. agents.Select(agent => new TrafficAgent(agent.Id, agent.RuntimeId, agent.Provider, agent.Issues, agent.Runtimes))];
    }
}
