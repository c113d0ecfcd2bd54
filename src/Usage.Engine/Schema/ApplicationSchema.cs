using Npgsql;
using Usage.Engine.Schema.Checks;

namespace Usage.Engine.Schema;

/// <summary>Checks that the application's tables have what the engine requires.</summary>
internal static class ApplicationSchema
{
    private const int OldestServer = 15;

    /// <summary>Whether none of the application's tables exists.</summary>
    public static async Task<bool> IsAbsentAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await ReadAsync(connection, cancellationToken).ConfigureAwait(false)).Count == 0;

    /// <summary>Lists everything that is missing.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="installed">Whether the columns that Usage adds must exist too.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    public static async Task<IReadOnlyList<SchemaProblem>> ProblemsAsync(
        NpgsqlConnection connection, bool installed, CancellationToken cancellationToken)
    {
        // Older servers lack some of the catalog columns queried below.
        if (connection.PostgreSqlVersion.Major < OldestServer)
        {
            return
            [
                new(
                    $"the server is PostgreSQL {connection.PostgreSqlVersion}; Usage needs {OldestServer} or newer, for unique keys with "
                    + "NULLS NOT DISTINCT",
                    "Upgrade the server."),
            ];
        }

        return [.. SchemaComparison.Problems(ApplicationRequirements.Tables, await ReadAsync(connection, cancellationToken).ConfigureAwait(false), installed)];
    }

    /// <exception cref="UsageSchemaException">
    /// The server is too old, or something that the engine requires is missing.
    /// </exception>
    public static async Task CheckAsync(NpgsqlConnection connection, bool installed, CancellationToken cancellationToken) =>
        Refuse(await ProblemsAsync(connection, installed, cancellationToken).ConfigureAwait(false));

    /// <exception cref="UsageSchemaException">There is at least one problem.</exception>
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
