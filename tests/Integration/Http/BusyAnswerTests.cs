using System.Net;
using Npgsql;
using Shouldly;
using Xunit;

namespace Usage.Tests.Integration.Http;

public sealed class BusyAnswerTests(HttpFixture fixture) : HttpTests(fixture)
{
    [Fact]
    public async Task A_report_that_is_queued_too_long_is_a_503_with_Retry_After()
    {
        await using var host = await HttpFixture.StartAsync(Database, new()
        {
            ["Usage:MaxConcurrentReports"] = "1",
            ["Usage:MaxWaitingReports"] = "0",
            ["Usage:ReportWait"] = "00:00:03",
        });
        using var client = Fixture.Reader(Mine.Member);
        using HttpClient other = new() { BaseAddress = new(host.Urls.Single()) };
        other.DefaultRequestHeaders.Authorization = client.DefaultRequestHeaders.Authorization;

        // The first report is being read and waits for the prices.
        await using var connection = await Database.DataSource.OpenConnectionAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await using NpgsqlCommand command = new("lock table usage_rollup.model_price in access exclusive mode", connection);
        await command.ExecuteNonQueryAsync(Cancellation);
        var first = GetAsync(other, Mine.OfWorkspace[0]);
        await Database.UntilAsync(
            """
            select exists (
                select from pg_locks
                where not granted and relation = 'usage_rollup.model_price'::regclass
                  and database = (select oid from pg_database where datname = current_database()))
            """);

        foreach (var route in Mine.Reads)
        {
            var refused = await GetAsync(other, route);
            await ErrorsAsync(refused, HttpStatusCode.ServiceUnavailable);
            refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(3), route);
        }

        await transaction.RollbackAsync(Cancellation);
        (await first).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await GetAsync(other, Mine.OfWorkspace[0])).StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
