using NodaTime;
using Npgsql;
using Shouldly;
using Usage.Engine.Pricing;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Pricing;

public sealed class PriceImportTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>, IAsyncLifetime
{
    private readonly PriceStore store = new(fixture.Database.DataSource);

    private static readonly PriceSource Source = new("test.csv", PriceListFormat.Usage, "00");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await fixture.Database.ExecuteAsync(
        "truncate usage_rollup.model_price, usage_rollup.former_price, usage_rollup.price_import");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_preview_shows_what_an_import_then_does()
    {
        var march = new LocalDate(2026, 3, 1);
        await store.ImportAsync([Price("kept", 1), Price("changed", 1), Price("gone", 1), Price("kept", 9, march)], Source, cancellationToken: Cancellation);
        ModelPrice[] list = [Price("kept", 1.00m), Price("changed", 2), Price("added", 3), Price("added", 4, march), Price("kept", 9, march)];

        var preview = await store.ImportAsync(list, Source, preview: true, replace: true, Cancellation);
        (await store.ListAsync(Cancellation)).Count.ShouldBe(4);
        var change = await store.ImportAsync(list, Source, replace: true, cancellationToken: Cancellation);

        foreach (var told in (PriceListChange[])[preview, change])
        {
            told.Added.ShouldBe([Price("added", 3), Price("added", 4, march)]);
            told.Changed.ShouldBe([new(Price("changed", 1), Price("changed", 2))]);
            told.Removed.ShouldBe([Price("gone", 1)]);
            told.Unchanged.ShouldBe(2);
        }

        (await store.ListAsync(Cancellation)).ShouldBe(list, ignoreOrder: true);
        (await store.ImportAsync(list, Source, replace: true, cancellationToken: Cancellation)).IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task Prices_that_a_list_lacks_stay_unless_all_are_replaced()
    {
        await store.ImportAsync([Price("old", 1)], Source, cancellationToken: Cancellation);
        (await store.ImportAsync([Price("new", 1)], Source, cancellationToken: Cancellation)).Removed.ShouldBeEmpty();
        (await store.ListAsync(Cancellation)).Select(price => price.Model).ShouldBe(["new", "old"]);
    }

    [Fact]
    public async Task The_start_list_is_loaded_only_if_no_price_is_stored()
    {
        (await store.LoadStartListAsync(Cancellation)).ShouldBe(61);
        (await store.ListAsync(Cancellation)).ShouldBe(PriceListFile.ReadStartList().Prices, ignoreOrder: true);
        (await store.LoadStartListAsync(Cancellation)).ShouldBe(0);
        await store.ImportAsync([Price("only", 1)], Source, replace: true, cancellationToken: Cancellation);
        (await store.LoadStartListAsync(Cancellation)).ShouldBe(0);
    }

    [Fact]
    public async Task Imports_at_the_same_time_wait_for_each_other_and_lose_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(number => store.ImportAsync(
            [Price("shared", 1), Price($"own {number}", number)], Source, cancellationToken: Cancellation)));
        (await store.ListAsync(Cancellation)).Count.ShouldBe(9);
    }

    [Theory]
    [InlineData("'OpenAI', 'm', 1, null")]
    [InlineData("'', '', 1, null")]
    [InlineData("'', 'm', -1, null")]
    [InlineData("'', 'm', 100001, null")]
    [InlineData("'', 'm', 0.00000000001, null")]
    [InlineData("'', 'm', 'NaN', null")]
    [InlineData("'', 'm', 'Infinity', null")]
    [InlineData("'', 'm', 1, 'infinity'")]
    public async Task The_table_rejects_prices_that_a_report_could_not_use(string values)
    {
        var error = await Should.ThrowAsync<PostgresException>(() => fixture.Database.ExecuteAsync(
            "insert into usage_rollup.model_price (provider, model, input, valid_from, output, cache_read, cache_write) values (" + values + ", 1, 1, 1)"));
        error.SqlState.ShouldBe(PostgresErrorCodes.CheckViolation);
    }

    private static ModelPrice Price(string model, decimal input, LocalDate? from = null) => new("", model, from, input, 1, 1, 1);
}
