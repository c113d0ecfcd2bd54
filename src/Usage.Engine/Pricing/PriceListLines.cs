using System.Globalization;
using NodaTime;
using NodaTime.Text;
using Usage.Engine.Recording;

namespace Usage.Engine.Pricing;

/// <summary>Converts the lines of a price list to prices, or reports one problem per invalid line.</summary>
internal sealed class PriceListLines(string file)
{
    private static readonly string[] Required = ["model", "input", "output", "cache_read", "cache_write"];
    private static readonly string[] Known = [.. Required, "cache_write_1h", "provider", "valid_from", "above_tokens"];

    private readonly Dictionary<(string Provider, string Model, LocalDate? ValidFrom, long AboveTokens), int> firstLines = [];
    private readonly List<PriceListProblem> problems = [];
    private readonly List<ModelPrice> prices = [];
    private string[]? header;

    public void Add(int line, string[] fields)
    {
        if (fields is [] or [""])
        {
            return;
        }

        if (header is null)
        {
            header = [.. fields.Select(field => field.Trim())];
            problems.AddRange(CheckHeader(line, header).Take(1));
        }
        else if (problems is not [{ Line: 1 }, ..])
        {
            AddPrice(line, fields);
        }
    }

    /// <exception cref="PriceListException">A line is invalid, or the header is missing.</exception>
    public IReadOnlyList<ModelPrice> ToPrices()
    {
        if (header is null)
        {
            problems.Add(new(file, 1, null, null, $"the file is empty; it must start with a header: {string.Join(',', Known)}"));
        }

        var lowest = prices.Where(price => price.AboveTokens == 0).Select(price => price.SetKey).ToHashSet();
        problems.AddRange(
            from price in prices
            where !lowest.Contains(price.SetKey)
            select new PriceListProblem(
                file, firstLines[price.Key], "above_tokens", price.AboveTokens.ToString(CultureInfo.InvariantCulture),
                "a tier needs a price of the same provider, model and date from 0 tokens"));
        return problems.Count == 0 ? prices : throw new PriceListException(problems);
    }

    private IEnumerable<PriceListProblem> CheckHeader(int line, string[] names)
    {
        foreach (var name in names.Where((name, place) => !Known.Contains(name) || names.AsSpan(0, place).Contains(name)))
        {
            yield return new(file, line, null, name, $"unknown or repeated column; the columns are {string.Join(", ", Known)}");
        }

        foreach (var name in Required.Except(names))
        {
            yield return new(file, line, name, null, "this column is missing from the header");
        }
    }

    private void AddPrice(int line, string[] fields)
    {
        if (fields.Length != header!.Length)
        {
            problems.Add(new(file, line, null, string.Join(',', fields), $"has {fields.Length} fields, but the header has {header.Length}"));
            return;
        }

        PriceListLine values = new(file, line, header, fields);
        if (values.Problem() is { } problem)
        {
            problems.Add(problem);
            return;
        }

        var price = values.ToPrice();
        if (!firstLines.TryAdd(price.Key, line))
        {
            problems.Add(new(file, line, "model", price.Model, $"repeats the provider, model, date and tier of line {firstLines[price.Key]}"));
            return;
        }

        prices.Add(price);
    }

    private sealed class PriceListLine(string file, int line, string[] header, string[] fields)
    {
        private const NumberStyles Plain = NumberStyles.AllowDecimalPoint;

        public PriceListProblem? Problem() =>
            CheckName("provider", 0) ?? CheckName("model", 1)
            ?? CheckPrice("input") ?? CheckPrice("output") ?? CheckPrice("cache_read") ?? CheckPrice("cache_write") ?? CheckOptionalPrice("cache_write_1h")
            ?? CheckDate() ?? CheckTier();

        public ModelPrice ToPrice() => new(
            Text("provider"), Text("model"), Text("valid_from") is { Length: > 0 } date ? LocalDatePattern.Iso.Parse(date).Value : null,
            Price("input")!.Value, Price("output")!.Value, Price("cache_read")!.Value, Price("cache_write")!.Value, Price("cache_write_1h"),
            Tier() ?? 0);

        private PriceListProblem? CheckName(string column, int least) =>
            StorableText.Length(Text(column)) >= least && StorableText.Length(Text(column)) <= UsageEntryValidator.MaxTextLength
            && StorableText.IsStorable(Text(column))
                ? null
                : Bad(column, $"must have {least} to {UsageEntryValidator.MaxTextLength} characters without NUL");

        private PriceListProblem? CheckPrice(string column) => Price(column) is { } price && ModelPrice.Allows(price)
            ? null
            : Bad(column, "must be USD per million tokens: a plain number such as 1.25, from 0 to 100000, with at most 10 decimals");

        private PriceListProblem? CheckOptionalPrice(string column) => Text(column) is "" ? null : CheckPrice(column);

        private PriceListProblem? CheckTier() => Text("above_tokens") is "" || Tier() is >= 0 and <= ModelPrice.HighestTier
            ? null
            : Bad("above_tokens", "must be a whole number of tokens from 0 to 1000000000000, or empty for 0");

        private PriceListProblem? CheckDate() => Text("valid_from") is "" || LocalDatePattern.Iso.Parse(Text("valid_from")).Success
            ? null
            : Bad("valid_from", "must be a date such as 2026-01-31, or empty if the price has always applied");

        private PriceListProblem Bad(string column, string rule) => new(file, line, column, StorableText.Show(Text(column)), rule);

        private decimal? Price(string column) =>
            decimal.TryParse(Text(column), Plain, CultureInfo.InvariantCulture, out var price) ? price : null;

        private long? Tier() =>
            long.TryParse(Text("above_tokens"), NumberStyles.None, CultureInfo.InvariantCulture, out var tokens) ? tokens : null;

        private string Text(string column) => Array.IndexOf(header, column) is >= 0 and var place ? fields[place].Trim() : "";
    }
}
