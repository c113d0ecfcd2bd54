using System.CommandLine;
using System.Globalization;
using Usage.Engine.Pricing;

namespace Usage.Host.Cli;

/// <summary>Lists and imports the prices from which missing costs are estimated.</summary>
internal static class PricesCommand
{
    public static Command Create(HostContext host) => new("prices", "List or import model prices") { List(host), Import(host) };

    private static Command List(HostContext host)
    {
        var command = new Command("list", "Print all prices as CSV, in the format of import");
        command.SetAction(host.Run(async (session, cancellationToken) =>
        {
            var prices = await Store(session).ListAsync(cancellationToken);
            session.Output.Result(
                new { Prices = prices.Select(Json) },
                prices.Select(Line).Prepend("provider,model,input,output,cache_read,cache_write,valid_from"));
            return ExitCode.Success;
        }));
        return command;
    }

    private static Command Import(HostContext host)
    {
        var file = new Argument<string?>("FILE")
        {
            Description = "CSV with model, input, output, cache_read, cache_write in USD per million tokens, and optionally provider and "
                + "valid_from (a UTC date)",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var start = new Option<bool>("--start-list") { Description = "Import the built-in price list" };
        var preview = new Option<bool>("--preview") { Description = "Only show what would change" };
        var replace = new Option<bool>("--replace") { Description = "Also remove the prices that the list lacks" };
        var command = new Command("import", "Add and update prices; nothing is stored if a line is invalid") { file, start, preview, replace };
        command.Validators.Add(result =>
        {
            if (result.GetValue(start) == result.GetValue(file) is not null)
            {
                result.AddError("Specify either FILE or --start-list.");
            }
        });
        command.SetAction(host.Run(async (session, cancellationToken) =>
        {
            var list = Read(session.Value(file));
            var change = await Store(session).ImportAsync(list, session.Value(preview), session.Value(replace), cancellationToken);
            session.Output.Result(
                new
                {
                    Preview = session.Value(preview), Added = change.Added.Select(Json), Removed = change.Removed.Select(Json), change.Unchanged,
                    Changed = change.Changed.Select(price => new { Before = Json(price.Before), After = Json(price.After) }),
                },
                Lines(change, session.Value(preview)));
            return ExitCode.Success;
        }));
        return command;
    }

    private static IReadOnlyList<ModelPrice> Read(string? path)
    {
        if (path is null)
        {
            return PriceList.ReadStartList();
        }

        using var file = File.OpenRead(path);
        return PriceList.Read(file, path);
    }

    private static IEnumerable<string> Lines(PriceListChange change, bool preview) =>
    [
        .. change.Added.Select(price => "+ " + Line(price)),
        .. change.Changed.SelectMany(price => new[] { "- " + Line(price.Before), "+ " + Line(price.After) }),
        .. change.Removed.Select(price => "- " + Line(price)),
        (preview ? "Would be: " : "") + Quantity.List(
            (change.Added.Count, "added"), (change.Changed.Count, "changed"), (change.Removed.Count, "removed"), (change.Unchanged, "unchanged")),
    ];

    private static PriceStore Store(CommandSession session) => session.Services.GetRequiredService<PriceStore>();

    private static object Json(ModelPrice price) => new
    {
        price.Provider, price.Model, price.Input, price.Output, price.CacheRead, price.CacheWrite,
        ValidFrom = price.ValidFrom?.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string Line(ModelPrice price) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Field(price.Provider)},{Field(price.Model)},{price.Input},{price.Output},{price.CacheRead},{price.CacheWrite},{price.ValidFrom:R}");

    private static string Field(string text) =>
        text.AsSpan().ContainsAny("\",\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
