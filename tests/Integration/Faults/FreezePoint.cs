using NodaTime;

namespace Usage.Tests.Integration.Faults;

/// <summary>
/// A statement of a drain during which a host is stopped: the statement waits for a test's lock, the host is stopped, and the
/// lock is released, so that the backend continues for a frozen host.
/// </summary>
/// <param name="Work">Commits changes for the host to drain.</param>
/// <param name="Lock">Makes the statement wait.</param>
/// <param name="Statement">Pattern of the statement that waits.</param>
internal sealed record FreezePoint(string Work, string Lock, string Statement)
{
    public static readonly Instant Hour = Instant.FromUtc(2026, 3, 1, 0, 0);

    private const string OneRow = """
        insert into public.task_usage (task_id, model, input_tokens, created_at) values (@task, 'one', 1, @hour)
        """;

    // The result is larger than both socket buffers together.
    private const string LargeHour = """
        with task as (
            insert into public.agent_task_queue (agent_id, status)
            select t.agent_id, 'completed' from public.agent_task_queue t, generate_series(1, 60000) where t.id = @task
            returning id)
        insert into public.task_usage (task_id, model, input_tokens, created_at)
        select id, repeat('m', 200), 1, @hour from task
        """;

    // The copied data is larger than the buffers, too.
    private const string ManyBuckets = """
        insert into public.task_usage (task_id, model, input_tokens, created_at)
        select @task, lpad(n::text, 1600, 'm'), 1, @hour from generate_series(1, 8000) n
        """;

    private const string Move = """
        insert into public.task_usage (task_id, model, input_tokens, created_at) values (@task, 'one', 1, @hour);
        update public.agent_task_queue set issue_id = null, runtime_id = null where id = @task
        """;

    private const string WithholdRows = "lock table public.task_usage in access exclusive mode";
    private const string WithholdBuckets = "lock table usage_rollup.hourly in share mode";

    /// <summary>By drain step.</summary>
    public static IReadOnlyDictionary<string, FreezePoint> All { get; } = new Dictionary<string, FreezePoint>
    {
        ["expanding"] = new(Move, WithholdRows, "insert into usage_rollup.dirty%"),
        ["picking"] = new(OneRow, "lock table usage_rollup.moved in access exclusive mode", "with due as%"),
        ["claiming"] = new(OneRow, "select from usage_rollup.dirty for update", "delete from usage_rollup.dirty%bucket_hour = any%"),
        ["reading"] = new(LargeHour, WithholdRows, "select t.id%public.task_usage%"),
        ["copying"] = new(ManyBuckets, WithholdBuckets, "copy usage_rollup.hourly%"),
        ["replacing"] = new(OneRow, WithholdBuckets, "insert into usage_rollup.hourly%"),
    };
    /// <summary>The same with little to do, for a statement that must be quick but for the lock.</summary>
    public static IReadOnlyDictionary<string, FreezePoint> Small { get; } = new Dictionary<string, FreezePoint>(
        All.Where(each => each.Key != "copying"))
    {
        ["reading"] = All["reading"] with { Work = OneRow },
    };
}
