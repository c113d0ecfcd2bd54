using Npgsql;

namespace Usage.Engine.Recording;

/// <summary>What a report's task is, as far as recording asks.</summary>
/// <param name="Id">The task.</param>
/// <param name="WorkspaceId">The workspace of the task's agent.</param>
/// <param name="RuntimeProvider">The provider of the task's runtime, for entries that name none.</param>
/// <param name="HasOtherSpellings">Whether rows of the task have a provider that is not normalised.</param>
/// <param name="Now">The time by the database's clock, in UTC.</param>
internal sealed record ReportedTask(Guid Id, Guid WorkspaceId, string? RuntimeProvider, bool HasOtherSpellings, DateTime Now)
{
    // statement_timestamp(), because a caller's transaction may have begun long ago.
    internal const string Read = """
        select a.workspace_id,
               r.provider,
               exists (
                   select from public.task_usage u
                   where u.task_id = t.id
                     and u.provider <> lower(btrim(u.provider, e' \t\n\x0b\f\r') collate "C")),
               statement_timestamp()
        from public.agent_task_queue t
        join public.agent a on a.id = t.agent_id
        left join public.agent_runtime r on r.id = t.runtime_id
        where t.id = @task_id
        """;

    /// <summary>Returns null if the task does not exist.</summary>
    public static async Task<ReportedTask?> ReadAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, Guid taskId, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(Read, connection, transaction) { Parameters = { new("task_id", taskId) } };
        await using var _command = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
            ? new(taskId, reader.GetGuid(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.GetBoolean(2), reader.GetFieldValue<DateTime>(3))
            : null;
    }
}
