using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shouldly;
using Usage.Dashboard.Serving;
using Xunit;

namespace Usage.Tests.Integration.Dashboard;

[Collection("Dashboard")]
public sealed class PageWarmUpTests(DashboardFixture fixture)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_page_with_usage_is_rendered_before_anybody_asks() =>
        (await fixture.App.Services.GetRequiredService<PageWarmUp>().RunAsync(Cancellation)).ShouldBeTrue();

    [Fact]
    public async Task A_database_that_can_not_be_read_does_not_keep_the_program_from_starting()
    {
        NpgsqlConnectionStringBuilder nowhere = new(fixture.Database.ConnectionString) { Database = "no_such_database" };
        await using var database = NpgsqlDataSource.Create(nowhere);
        (await ActivatorUtilities.CreateInstance<PageWarmUp>(fixture.App.Services, database).RunAsync(Cancellation)).ShouldBeFalse();
    }
}
