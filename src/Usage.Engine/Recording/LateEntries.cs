using System.Globalization;
using NodaTime;
using Npgsql;

namespace Usage.Engine.Recording;

/// <summary>Finds the entries of a report whose hour is frozen: those that would change a row there, and those that are dated there.</summary>
internal static class LateEntries
{
    private const string FindSql = """
        select e.place::integer - 1, l.created_at, c.frozen_before
        from usage_rollup.control c
        cross join unnest(@providers, @models, @created_at) with ordinality e (provider, model, created_at, place)
        left join lateral (
            select min(u.created_at) as created_at
            from public.task_usage u
            where u.task_id = @task_id and u.model = e.model and lower(btrim(u.provider, e' \t\n\x0b\f\r') collate "C") = e.provider) s on true
        cross join lateral (select coalesce(s.created_at, e.created_at) as created_at) l
        where l.created_at < c.frozen_before
        order by e.place
        """;

    public static async Task<IReadOnlyList<UsageProblem>> FindAsync(
        RecordingPlace place, Guid taskId, UsageEntry[] report, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(FindSql, place.Connection, place.Transaction);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddWithValue("task_id", taskId);
        command.Parameters.AddWithValue("providers", Array.ConvertAll(report, entry => entry.Provider!));
        command.Parameters.AddWithValue("models", Array.ConvertAll(report, entry => entry.Model!));
        command.Parameters.AddWithValue("created_at", Array.ConvertAll(report, entry => entry.CreatedAt?.ToDateTimeUtc()));
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        List<UsageProblem> problems = [];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            problems.Add(new(reader.GetInt32(0), "created_at", Text(reader, 1), $"must not be before {Text(reader, 2)}: those hours are frozen"));
        }

        return problems;
    }

    // Without NodaTime: the host's own connection may not map it.
    private static string Text(NpgsqlDataReader reader, int ordinal) =>
        Instant.FromDateTimeUtc(reader.GetFieldValue<DateTime>(ordinal)).ToString("uuuu-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);
}
