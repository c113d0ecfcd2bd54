using Npgsql;

namespace Usage.Demo.LocalPostgres;

/// <summary>Finds the programs that are connected to a cluster.</summary>
internal static class ClusterUsers
{
    private const string Connected = """
        select case when application_name = '' then 'a program' else application_name end || ' (database ' || datname || ', '
               || count(*) || case when count(*) = 1 then ' connection)' else ' connections)' end
        from pg_stat_activity
        where backend_type = 'client backend' and pid <> pg_backend_pid()
        group by application_name, datname
        order by 1
        """;

    private const int Tries = 10;

    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// The programs with open connections, and how many. Waits briefly, because the server takes a moment to notice that a
    /// program has ended.
    /// </summary>
    public static async Task<IReadOnlyList<string>> StayingAsync(string connectionString, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var users = await NamesAsync(connectionString, cancellationToken);
            if (users.Count == 0 || tries == Tries)
            {
                return users;
            }

            await Task.Delay(BetweenTries, time, cancellationToken);
        }
    }

    private static async Task<IReadOnlyList<string>> NamesAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = new(connectionString + ";Timeout=5;Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using NpgsqlCommand command = new(Connected, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<string> names = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }
}
