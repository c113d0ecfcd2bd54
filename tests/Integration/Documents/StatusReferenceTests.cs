using Shouldly;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Documents;

public sealed class StatusReferenceTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    [Fact]
    public async Task Every_column_of_the_status_is_explained_in_the_troubleshooting_guide()
    {
        var columns = await fixture.Database.QueryAsync<string>(
            "select attname from pg_attribute where attrelid = 'usage_rollup.status'::regclass and attnum > 0");
        var text = Document.Read("docs/troubleshooting.md");
        columns.ShouldNotBeEmpty();
        columns.ShouldAllBe(column => text.Contains($"`{column}`", StringComparison.Ordinal));
    }
}
