using FsCheck;
using FsCheck.Fluent;
using Usage.Tests.Integration.Databases;

namespace Usage.Tests.Integration.Histories;

/// <summary>Changes made directly to one partition of usage or tasks.</summary>
internal static class PartitionStatements
{
    private static readonly Gen<string> Usage = Gen.Elements(PartitionedTables.OfUsage.Select(table => $"public.{table}"));

    private static readonly Gen<string> Tasks = Gen.Elements(PartitionedTables.OfTasks.Select(table => $"public.{table}"));

    private static readonly Gen<Statement> Insert =
        from remainder in Gen.Choose(0, 2)
        from model in RandomLiterals.Model
        from createdAt in RandomLiterals.CreatedAt
        select new Statement("usage is inserted into a partition", $"""
            insert into public.task_usage_p{remainder} (task_id, provider, model, input_tokens, created_at)
            select t.id, 'Partition', {model}, 1, {createdAt} from public.agent_task_queue t
            where satisfies_hash_partition('public.task_usage'::regclass, 3, {remainder}, t.id) order by t.id
            on conflict (task_id, provider, model) do update set input_tokens = excluded.input_tokens + 1
            """);

    private static readonly Gen<Statement> Update =
        from table in Usage
        from task in RandomLiterals.AgentTask
        from change in Gen.OneOf(
            RandomLiterals.Tokens.Select(tokens => $"input_tokens = {tokens}"), RandomLiterals.CreatedAt.Select(createdAt => $"created_at = {createdAt}"))
        select new Statement("usage is changed in a partition", $"update {table} set {change} where task_id = {task}");

    private static readonly Gen<Statement> Delete =
        from table in Usage
        from hour in RandomLiterals.Hour
        select new Statement("usage is deleted in a partition", $"""
            delete from {table} where created_at >= {hour} and created_at < {hour} + interval '1 hour'
            """);

    private static readonly Gen<Statement> Truncate =
        from table in Usage
        select new Statement("a partition of usage is truncated", $"truncate {table}");

    private static readonly Gen<Statement> MoveTasks =
        from table in Tasks
        from task in RandomLiterals.AgentTask
        from agent in RandomLiterals.Agent
        from runtime in RandomLiterals.RuntimeOrNone
        select new Statement(
            "a task moves in its partition", $"update {table} set agent_id = {agent}, runtime_id = {runtime} where id = {task}");

    private static readonly Gen<Statement> DeleteTask =
        from table in Tasks
        from task in RandomLiterals.AgentTask
        select new Statement("a task is deleted in its partition", $"delete from {table} where id = {task}");

    private static readonly Gen<Statement> DeleteTaskWithItsUsage =
        from usage in Usage
        from tasks in Tasks
        from task in RandomLiterals.AgentTask
        select new Statement("one statement deletes usage and its task in their partitions", $"""
            with gone as (delete from {usage} where task_id = {task} returning 1)
            delete from {tasks} where id = {task}
            """);

    public static Gen<Statement> Any { get; } = Gen.Frequency(
        (3, Insert), (4, Update), (3, Delete), (1, Truncate), (3, MoveTasks), (2, DeleteTask), (2, DeleteTaskWithItsUsage));
}
