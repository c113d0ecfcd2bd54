using System.CommandLine;
using NodaTime;
using NodaTime.Text;
using Usage.Engine.Pricing;

namespace Usage.Host.Cli.Prices;

/// <summary>Takes in a list of prices, after it has shown what that changes.</summary>
internal static class PricesImportCommand
{
    private const string Always = "always";

    private static readonly (string Name, PriceListFormat Format)[] Formats =
    [
        ("usage", PriceListFormat.Usage), ("genai-prices", PriceListFormat.GenAIPrices), ("litellm", PriceListFormat.LiteLlm),
        ("models-dev", PriceListFormat.ModelsDev),
    ];

    public static Command Create(HostContext host)
    {
        var file = new Argument<string?>("FILE") { Description = "The list", Arity = ArgumentArity.ZeroOrOne };
        var start = new Option<bool>("--start-list") { Description = "Import the built-in price list" };
        var format = CheckedOption.Create<PriceListFormat>(
            "--format", "FORMAT",
            "usage: CSV with model, input, output, cache_read, cache_write in USD per million tokens, and if wanted provider, valid_from (a UTC "
            + "date), cache_write_1h and above_tokens; or the JSON of genai-prices (version 2), litellm or models-dev (default: usage)",
            text => Formats.Where(known => known.Name == text).Select(known => (PriceListFormat?)known.Format).FirstOrDefault(),
            "usage, genai-prices, litellm or models-dev");
        var from = CheckedOption.Create<EffectiveFrom>(
            "--effective-from", "DATE|always",
            "For litellm and models-dev, which have no dates: the first UTC date on which the prices apply",
            text => text == Always ? new(null) : LocalDatePattern.Iso.Parse(text) is { Success: true, Value: var date } ? new(date) : null,
            "a date such as 2026-01-31, or always");
        var textOnly = new Option<bool>("--text-only") { Description = "Import models that also have audio, image or video prices, with their text price" };
        var apply = new Option<bool>("--apply") { Description = "Store the changes. Without this option, only show what would change" };
        var preview = new Option<bool>("--preview") { Description = "Only show what would change (default)" };
        var replace = new Option<bool>("--replace") { Description = "Also remove the prices that the list lacks" };
        Command command = new("import", "Show what a price list changes, and with --apply store it. Nothing is stored if the file is invalid")
        {
            file, start, format, from, textOnly, apply, preview, replace,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(start) == result.GetValue(file) is not null)
            {
                result.AddError("Specify either FILE or --start-list.");
            }

            if (result.GetValue(apply) && result.GetValue(preview))
            {
                result.AddError("--apply and --preview can't be combined.");
            }

            var chosen = result.GetResult(format) is { Tokens: [var name, ..] } ? name.Value : "usage";
            var hasDates = chosen is not ("litellm" or "models-dev");
            if (hasDates == result.GetResult(from) is not null)
            {
                result.AddError(hasDates
                    ? "--effective-from is for lists without dates: litellm and models-dev."
                    : "This list has no dates: specify --effective-from DATE, or --effective-from always, which also reprices past usage.");
            }
        });
        command.SetAction(host.Run(async (session, cancellationToken) =>
        {
            var list = Read(session.Value(file), session.Value(format) ?? PriceListFormat.Usage, new(session.Value(from)?.Date, session.Value(textOnly)));
            var change = await PricesCommand.Store(session).ImportAsync(
                list.Prices, list.Source, !session.Value(apply), session.Value(replace), cancellationToken);
            PriceText.Print(session.Output, change, list, !session.Value(apply));
            return ExitCode.Success;
        }));
        return command;
    }

    private static PriceListReading Read(string? path, PriceListFormat format, PriceListOptions options)
    {
        if (path is null)
        {
            return PriceListFile.ReadStartList();
        }

        using var file = File.OpenRead(path);
        return PriceListFile.Read(file, Path.GetFileName(path), format, options);
    }

    private readonly record struct EffectiveFrom(LocalDate? Date);
}
