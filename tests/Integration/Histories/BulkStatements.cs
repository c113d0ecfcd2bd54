using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace Usage.Tests.Integration.Histories;

/// <summary>Changes to many usage rows at once, often of more than sixteen tasks in an hour.</summary>
internal static class BulkStatements
{
    public static Gen<Statement> Truncate { get; } =
        Gen.Constant(new Statement("usage is truncated", "truncate public.task_usage"));

    private static readonly Gen<Statement> Insert =
        from createdAt in RandomLiterals.CreatedAt
        from model in RandomLiterals.Model
        select new Statement("every task gets usage", $"""
            insert into public.task_usage (task_id, provider, model, input_tokens, created_at)
            select t.id, 'Bulk', {model}, 1, {createdAt} from public.agent_task_queue t order by t.id
            on conflict (task_id, provider, model) do update set input_tokens = task_usage.input_tokens + 1
            """);

    private static readonly Gen<Statement> Shift =
        from hour in RandomLiterals.Hour
        from distance in Gen.Elements("1 hour", "-1 hour", "2 hours", "30 minutes")
        select new Statement("an hour's usage moves to another", $"""
            update public.task_usage set created_at = created_at + interval '{distance}'
            where created_at >= {hour} and created_at < {hour} + interval '1 hour'
            """);

    private static readonly Gen<Statement> Delete =
        from hour in RandomLiterals.Hour
        select new Statement("an hour's usage is deleted", $"""
            delete from public.task_usage where created_at >= {hour} and created_at < {hour} + interval '1 hour'
            """);

    private static readonly Gen<Statement> Copy =
        from first in Gen.Choose(1, World.Tasks)
        from last in Gen.Frequency((3, Gen.Choose(first, first)), (1, Gen.Constant(World.Tasks)))
        from batch in Gen.Choose(1, 999)
        from hour in Gen.Choose(0, 2)
        select new Statement(
            "usage is copied in",
            "copy public.task_usage (task_id, provider, model, output_tokens, created_at) from stdin",
            string.Concat(Enumerable.Range(first, last - first + 1).Select(task => string.Create(
                CultureInfo.InvariantCulture,
                $"{World.AgentTask(task).Trim('\'')}\tCopy\tbatch {batch}\t{task}\t2026-03-29 0{hour}:30:00+00\n"))));

    public static Gen<Statement> Any { get; } = Gen.Frequency((4, Insert), (3, Shift), (3, Delete), (1, Truncate), (3, Copy));
}
