using FsCheck;
using FsCheck.Fluent;

namespace Usage.Tests.Integration.Histories;

/// <summary>Changes to single usage rows.</summary>
internal static class UsageStatements
{
    private const string Columns =
        "id, task_id, provider, model, input_tokens, output_tokens, cache_read_tokens, cost_usd_ticks, created_at";

    private static readonly Gen<Statement> Insert =
        from id in RandomLiterals.UsageRow
        from values in Values
        select new Statement("a usage row is inserted", $"""
            insert into public.task_usage ({Columns})
            {Row(id, values)} on conflict do nothing
            """);

    private static readonly Gen<Statement> Upsert =
        from id in RandomLiterals.UsageRow
        from values in Values
        select new Statement("a usage row is upserted", $"""
            insert into public.task_usage as u ({Columns})
            {Row("gen_random_uuid()", values)}
            on conflict (task_id, provider, model) do update
            set input_tokens = excluded.input_tokens, cost_usd_ticks = excluded.cost_usd_ticks, updated_at = now()
            """);

    private static readonly Gen<Statement> Count =
        from row in AnyRow
        from tokens in RandomLiterals.Tokens
        from cost in RandomLiterals.Cost
        select new Statement("counters are corrected", $"""
            update public.task_usage set input_tokens = {tokens}, cache_write_tokens = cache_write_tokens + 1, cost_usd_ticks = {cost}
            where {row}
            """);

    private static readonly Gen<Statement> Date =
        from row in AnyRow
        from createdAt in RandomLiterals.CreatedAt
        select new Statement("a usage row is dated anew", $"update public.task_usage set created_at = {createdAt} where {row}");

    private static readonly Gen<Statement> Rename =
        from row in AnyRow
        from change in Gen.OneOf(
            RandomLiterals.Provider.Select(provider => $"provider = {provider}"), RandomLiterals.Model.Select(model => $"model = {model}"))
        select new Statement("a provider or model is edited", $"update public.task_usage set {change} where {row}");

    private static readonly Gen<Statement> MoveToTask =
        from id in RandomLiterals.UsageRow
        from task in RandomLiterals.AgentTask
        select new Statement("a usage row moves to another task", $"update public.task_usage set task_id = {task} where id = {id}");

    private static readonly Gen<Statement> Delete =
        from row in AnyRow
        select new Statement("usage rows are deleted", $"delete from public.task_usage where {row}");

    private static readonly Gen<Statement> Overflow =
        from row in AnyRow
        select new Statement(
            "a sum leaves 64 bits", $"update public.task_usage set output_tokens = {Settlement.Excessive} where {row}");

    private static readonly Gen<Statement> Merge =
        from values in Values
        select new Statement("usage rows are merged", $"""
            merge into public.task_usage u
            using ({Row("gen_random_uuid()", values)}) n ({Columns})
            on u.task_id = n.task_id
            when matched and u.input_tokens > 6 then delete
            when matched and u.input_tokens > 4 then do nothing
            when matched then update set input_tokens = u.input_tokens + 1, created_at = n.created_at
            when not matched then
                insert ({Columns})
                values (n.id, n.task_id, n.provider, n.model, n.input_tokens, n.output_tokens, n.cache_read_tokens, n.cost_usd_ticks,
                        n.created_at)
            """);

    public static Gen<Statement> Any { get; } = Gen.Frequency(
        (10, Insert), (8, Upsert), (5, Count), (8, Date), (3, Rename), (4, MoveToTask), (5, Delete), (1, Overflow), (4, Merge));

    private static Gen<string> AnyRow => Gen.OneOf(
        RandomLiterals.UsageRow.Select(id => $"id = {id}"), RandomLiterals.AgentTask.Select(task => $"task_id = {task}"));

    private static Gen<(string Task, string Figures)> Values =>
        from task in RandomLiterals.AgentTask
        from provider in RandomLiterals.Provider
        from model in RandomLiterals.Model
        from tokens in Gen.ArrayOf(RandomLiterals.Tokens, 3)
        from cost in RandomLiterals.Cost
        from createdAt in RandomLiterals.CreatedAt
        select (task, $"{provider}, {model}, {string.Join(", ", tokens)}, {cost}::bigint, {createdAt}::timestamptz");

    /// <summary>Has no effect if the task is not visible.</summary>
    private static string Row(string id, (string Task, string Figures) values) =>
        $"select {id}::uuid, t.id, {values.Figures} from public.agent_task_queue t where t.id = {values.Task}";
}
