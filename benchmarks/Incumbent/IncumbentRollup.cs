using Usage.Benchmarks.DataSets;

namespace Usage.Benchmarks.Incumbent;

/// <summary>The incumbent, installed in the same data set as the engine.</summary>
internal sealed class IncumbentRollup(DataSet data)
{
    private const string DifferencesSql = """
        with ours as (
            select bucket_hour, workspace_id, runtime_id, agent_id, project_id, provider, model, input_tokens, output_tokens,
                   cache_read_tokens, cache_write_tokens, cost_usd_ticks, task_count, event_count
            from usage_rollup.hourly),
        theirs as (
            select bucket_hour, workspace_id, runtime_id, agent_id, project_id, provider, model, input_tokens, output_tokens,
                   cache_read_tokens, cache_write_tokens, cost_usd_ticks, task_count, event_count
            from incumbent.hourly),
        our_tasks as (
            select bucket_hour, workspace_id, runtime_id, agent_id, project_id, usage_rollup.task_ids(task_ids) from usage_rollup.hourly_tasks),
        their_tasks as (
            select bucket_hour, workspace_id, runtime_id, agent_id, project_id, task_ids from incumbent.hourly_tasks)
        select (select count(*) from (select * from ours except all select * from theirs) o)
             + (select count(*) from (select * from theirs except all select * from ours) t)
             + (select count(*) from (select * from our_tasks except all select * from their_tasks) o)
             + (select count(*) from (select * from their_tasks except all select * from our_tasks) t)
        """;

    /// <summary>Installs it anew, with all buckets and sets of tasks that the engine has now.</summary>
    public async Task InstallAsync(CancellationToken cancellationToken)
    {
        await data.ExecuteAsync("drop schema if exists incumbent cascade; drop index if exists public.task_usage_updated_at_idx", cancellationToken);
        await data.ExecuteAsync(await BenchmarkSql.ReadAsync("Incumbent.Install.sql", cancellationToken), cancellationToken);
        await data.ExecuteAsync("vacuum (analyze)", cancellationToken);
    }

    /// <summary>Runs one tick: finds dirty keys and recomputes them.</summary>
    /// <returns>The number of keys recomputed.</returns>
    public async Task<long> TickAsync(CancellationToken cancellationToken)
    {
        await using var command = data.Database.CreateCommand("select incumbent.recompute()");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Buckets and sets of tasks that the engine and the incumbent don't agree on, counted on each side.</summary>
    public async Task<long> CountDifferencesAsync(CancellationToken cancellationToken)
    {
        await using var command = data.Database.CreateCommand(DifferencesSql);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
