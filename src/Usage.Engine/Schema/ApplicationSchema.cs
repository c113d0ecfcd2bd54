using Npgsql;
using Usage.Engine.Schema.Checks;

namespace Usage.Engine.Schema;

/// <summary>Whether a database has what the engine relies on in the application's tables.</summary>
internal static class ApplicationSchema
{
    private const int OldestServer = 15;

    /// <summary>Whether the database has none of the application's tables.</summary>
    public static async Task<bool> IsAbsentAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await ReadAsync(connection, cancellationToken).ConfigureAwait(false)).Count == 0;

    /// <summary>Everything that is missing.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="installed">Whether what Usage adds to these tables must be there too.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    public static async Task<IReadOnlyList<SchemaProblem>> ProblemsAsync(
        NpgsqlConnection connection, bool installed, CancellationToken cancellationToken)
    {
        // The catalogs of an older server have not all that is asked for.
        if (connection.PostgreSqlVersion.Major < OldestServer)
        {
            return
            [
                new(
                    $"the server is PostgreSQL {connection.PostgreSqlVersion}; Usage needs {OldestServer} or newer, for unique keys whose "
                    + "NULLs are not distinct",
                    "Upgrade the server."),
            ];
        }

        return [.. SchemaComparison.Problems(ApplicationRequirements.Tables, await ReadAsync(connection, cancellationToken).ConfigureAwait(false), installed)];
    }

    /// <exception cref="UsageSchemaException">The server is too old, or something that the engine relies on is missing.</exception>
    public static async Task CheckAsync(NpgsqlConnection connection, bool installed, CancellationToken cancellationToken) =>
        Refuse(await ProblemsAsync(connection, installed, cancellationToken).ConfigureAwait(false));

    /// <exception cref="UsageSchemaException">There are problems.</exception>
    public static void Refuse(IReadOnlyList<SchemaProblem> problems)
    {
        if (problems.Count > 0)
        {
            throw SchemaProblem.Error(problems);
        }
    }

    private static Task<IReadOnlyList<CatalogTable>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        CatalogReader.ReadAsync(connection, ApplicationRequirements.Tables.Select(table => table.Name), cancellationToken);
}
