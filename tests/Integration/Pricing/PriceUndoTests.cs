using NodaTime;
using Shouldly;
using Usage.Engine.Pricing;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Pricing;

/// <summary>Where prices come from, what they make of the past, and how they are taken back.</summary>
public sealed class PriceUndoTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>, IAsyncLifetime
{
    private static readonly PriceSource Source = new("list.csv", PriceListFormat.Usage, "abc");
    private static readonly LocalDate March = new(2026, 3, 1);

    private readonly PriceStore store = new(fixture.Database.DataSource);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await fixture.Database.ExecuteAsync(
        "truncate usage_rollup.model_price, usage_rollup.former_price, usage_rollup.price_import");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Imports_are_undone_one_after_the_other_back_to_the_first()
    {
        ModelPrice[] first = [Price("kept", 1), Price("changed", 1), Price("tiered", 1), Price("tiered", 2, above: 200_000)];
        ModelPrice[] second = [Price("changed", 2), Price("tiered", 3), Price("added", 4, March)];
        await ImportAsync(first);
        await ImportAsync(second);
        (await store.ListAsync(Cancellation)).ShouldBe([.. second, first[0]], ignoreOrder: true);

        (await store.UndoAsync(preview: true, Cancellation))!.Removed.ShouldBe([Price("added", 4, March)]);
        (await store.ListAsync(Cancellation)).Count.ShouldBe(4);
        (await store.UndoAsync(cancellationToken: Cancellation))!.Added.ShouldBe([Price("tiered", 2, above: 200_000)]);
        (await store.ListAsync(Cancellation)).ShouldBe(first, ignoreOrder: true);
        (await store.UndoAsync(cancellationToken: Cancellation))!.Removed.Count.ShouldBe(4);
        (await store.UndoAsync(cancellationToken: Cancellation)).ShouldBeNull();
        (await store.ListAsync(Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_import_after_an_undone_one_can_be_undone()
    {
        await ImportAsync(Price("m", 1));
        await ImportAsync(Price("m", 2));
        await store.UndoAsync(cancellationToken: Cancellation);
        await ImportAsync(Price("m", 3));
        await store.UndoAsync(cancellationToken: Cancellation);
        (await store.ListAsync(Cancellation)).ShouldBe([Price("m", 1)]);
        (await store.ListImportsAsync(Cancellation)).Select(import => (import.Prices, import.Ended, import.UndoneAt is null))
            .ShouldBe([(0, 0, false), (0, 0, false), (1, 0, true)]);
    }

    [Fact]
    public async Task Each_price_keeps_the_file_its_hash_and_the_date_of_its_import()
    {
        await ImportAsync(Price("old", 1), Price("changed", 1));
        await store.ImportAsync([Price("changed", 2)], new("other.json", PriceListFormat.LiteLlm, "def"), cancellationToken: Cancellation);
        (await fixture.Database.QueryAsync<PriceOrigin>(
            "select p.model, i.source, i.format, i.sha256 from usage_rollup.model_price p join usage_rollup.price_import i on i.id = p.import_id order by 1"))
            .ShouldBe([new("changed", "other.json", "litellm", "def"), new("old", "list.csv", "usage", "abc")]);
        var imports = await store.ListImportsAsync(Cancellation);
        imports.Select(import => (import.Source, import.Prices, import.Ended)).ShouldBe([("other.json", 1, 1), ("list.csv", 1, 0)]);
        imports.ShouldAllBe(import => import.ImportedAt > Instant.FromUtc(2026, 1, 1, 0, 0));
    }

    [Fact]
    public async Task A_list_without_dates_does_not_repeat_what_is_in_force()
    {
        var undated = Source with { HasDates = false };
        await ImportAsync(Price("same", 1), Price("other", 1), Price("tiered", 1), Price("tiered", 2, above: 9));
        ModelPrice[] list = [Price("same", 1, March), Price("other", 2, March), Price("tiered", 1, March), Price("new", 1, March)];
        (await store.ImportAsync(list, undated, cancellationToken: Cancellation)).Added.ShouldBe([list[1], list[2], list[3]]);
        var later = list.Select(price => Price(price.Model, price.Input, March.PlusDays(1))).ToArray();
        (await store.ImportAsync(later, undated, cancellationToken: Cancellation)).IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task Past_days_are_shown_by_day_and_model_with_the_estimate_before_and_after()
    {
        var task = await fixture.Database.Seed.LoneTask();
        var (february, march) = (Instant.FromUtc(2026, 2, 28, 23, 59), Instant.FromUtc(2026, 3, 1, 0, 0));
        await fixture.Database.Seed.UsageRow(task, model: "m", input: 1_000_000, output: 0, createdAt: february);
        await fixture.Database.Seed.UsageRow(task, provider: "other", model: "m-20260101", input: 500_000, output: 0, createdAt: march);
        await fixture.Database.Seed.UsageRow(task, model: "priced by its provider", input: 1, cost: 7, createdAt: march);
        await using (var engine = TestEngine.On(fixture.Database))
        {
            await engine.Engine.DrainAsync(cancellationToken: Cancellation);
        }

        await ImportAsync(Price("m", 1));
        var change = await store.ImportAsync([Price("m", 3, March)], Source, preview: true, cancellationToken: Cancellation);
        change.Repriced.ShouldBe([new(March, "other", "m-20260101", 0.5m, 1.5m)]);
        (await store.ImportAsync([], Source, preview: true, replace: true, Cancellation)).Repriced.ShouldBe([
            new(March, "other", "m-20260101", 0.5m, null), new(March.PlusDays(-1), "openai", "m", 1, null),
        ]);
        (await store.UndoAsync(preview: true, Cancellation))!.Repriced.Count.ShouldBe(2);
    }

    private Task<PriceListChange> ImportAsync(params ModelPrice[] list) => store.ImportAsync(list, Source, cancellationToken: Cancellation);

    private static ModelPrice Price(string model, decimal input, LocalDate? from = null, long above = 0) =>
        new("", model, from, input, 1, 1, 1, null, above);

    private sealed record PriceOrigin(string Model, string Source, string Format, string Sha256);
}
