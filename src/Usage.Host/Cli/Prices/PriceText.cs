using System.Globalization;
using Usage.Engine.Pricing;

namespace Usage.Host.Cli.Prices;

/// <summary>Prices and their changes as text and JSON.</summary>
internal static class PriceText
{
    public const string Header = "provider,model,input,output,cache_read,cache_write,valid_from,cache_write_1h,above_tokens";

    /// <summary>Days of a repricing that are printed for people; JSON has all.</summary>
    private const int ShownDays = 40;

    public static void Print(CommandOutput output, PriceListChange change, PriceListReading? list, bool preview) => output.Result(
        new
        {
            Preview = preview, Added = change.Added.Select(Json), Removed = change.Removed.Select(Json), change.Unchanged,
            Changed = change.Changed.Select(price => new { Before = Json(price.Before), After = Json(price.After) }),
            Repriced = change.Repriced.Select(day => new
            {
                Date = day.Date.ToString("R", CultureInfo.InvariantCulture), day.Provider, day.Model, day.BeforeUsd, day.AfterUsd,
            }),
            list?.Skipped, list?.Notes,
        },
        [
            .. (list?.Skipped ?? []).Select(note => $"skipped {Name(note)}: {note.Text}"),
            .. (list?.Notes ?? []).Select(note => $"note {Name(note)}: {note.Text}"),
            .. change.Added.Select(price => "+ " + Line(price)),
            .. change.Changed.SelectMany(price => new[] { "- " + Line(price.Before), "+ " + Line(price.After) }),
            .. change.Removed.Select(price => "- " + Line(price)),
            .. Repriced(change.Repriced, preview),
            (preview ? "Would be: " : "") + Quantity.List(
                (change.Added.Count, "added"), (change.Changed.Count, "changed"), (change.Removed.Count, "removed"),
                (change.Unchanged, "unchanged")) + (list is { Skipped.Count: > 0 } ? $", {list.Skipped.Count} skipped" : ""),
            .. preview && list is not null && !change.IsEmpty ? ["Nothing is stored: --apply stores it."] : (string[])[],
        ]);

    public static object Json(ModelPrice price) => new
    {
        price.Provider, price.Model, price.Input, price.Output, price.CacheRead, price.CacheWrite,
        ValidFrom = price.ValidFrom?.ToString("R", CultureInfo.InvariantCulture), price.CacheWrite1h, price.AboveTokens,
    };

    public static string Line(ModelPrice price) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Field(price.Provider)},{Field(price.Model)},{price.Input},{price.Output},{price.CacheRead},{price.CacheWrite},{price.ValidFrom:R},{price.CacheWrite1h},{price.AboveTokens}");

    private static IEnumerable<string> Repriced(IReadOnlyList<RepricedDay> days, bool preview)
    {
        foreach (var day in days.Take(ShownDays))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{day.Date:R} {day.Provider} {day.Model}: {Usd(day.BeforeUsd)} {(preview ? "would become" : "became")} {Usd(day.AfterUsd)}");
        }

        if (days.Count > ShownDays)
        {
            yield return $"and {days.Count - ShownDays} more days of models: --json lists all";
        }
    }

    private static string Usd(decimal? amount) =>
        amount is { } usd ? string.Create(CultureInfo.InvariantCulture, $"{Math.Round(usd, 10):0.00########} USD") : "unpriced";

    private static string Name(PriceNote note) => note.Provider.Length > 0 ? $"{note.Provider} {note.Model}" : note.Model;

    private static string Field(string text) =>
        text.AsSpan().ContainsAny("\",\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
