using System.Globalization;
using Npgsql;
using Usage.Engine.Schema.Checks;

namespace Usage.Engine.Standby;

/// <summary>Checks at start where the connection string for reports leads.</summary>
internal static class StandbyCheck
{
    private const string Fix =
        "Name the same database on a physical standby that follows this primary, or leave the setting out to read reports from the primary.";

    /// <summary>
    /// The problem if it is another database, or a server that is neither a standby nor the primary itself. The primary is allowed, and reads reports: after a
    /// failover to the standby the same settings must start.
    /// </summary>
    public static async Task<SchemaProblem?> ProblemAsync(
        NpgsqlDataSource standby, NpgsqlConnectionStringBuilder main, PrimarySight primary, UsageEngineOptions options, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = new(options.StandbyWait);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var connection = await standby.OpenConnectionAsync(either.Token).ConfigureAwait(false);
            await using var _connection = connection.ConfigureAwait(false);
            var sight = await StandbyProbe.SeeAsync(connection, either.Token).ConfigureAwait(false);
            var setting = options.ReportsConnectionString is null
                ? $"the NpgsqlDataSource with the key '{UsageEngineOptions.ReportsDataSourceKey}'"
                : nameof(UsageEngineOptions.ReportsConnectionString);
            var place = $"{setting} leads to database '{connection.Database}' on {connection.Host}:{Number(connection.Port)}";
            return sight.FaultOf(primary) switch
            {
                StandbyFault.WrongDatabase when sight.Identity.SystemIdentifier == primary.Identity.SystemIdentifier => new(
                    $"{place}, which is another database of the cluster than '{main.Database}', where usage is recorded", Fix),
                StandbyFault.WrongDatabase => new(
                    $"{place}, a server with the system identifier {Number(sight.Identity.SystemIdentifier)}: it is no physical copy of the one where "
                    + $"usage is recorded, which has {Number(primary.Identity.SystemIdentifier)}",
                    Fix),
                StandbyFault.NotStandby when !sight.IsItself(primary) => new(
                    $"{place}, a server that is not in recovery: it is neither a standby nor the server where usage is recorded", Fix),
                _ => null,
            };
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("The standby did not answer in time.", error);
        }
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
