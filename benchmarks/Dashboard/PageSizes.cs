using System.Text.RegularExpressions;

namespace Usage.Benchmarks.Dashboard;

/// <summary>What a page sends, compressed, in KB.</summary>
internal sealed partial record PageSizes(double Script, double Style, double Html)
{
    private const double Kilobyte = 1_000;

    public static async Task<PageSizes> ReadAsync(Uri host, string address, CancellationToken cancellationToken)
    {
        using HttpClient plain = new() { BaseAddress = new(host, "usage/") };
        using HttpClient client = new() { BaseAddress = plain.BaseAddress };
        client.DefaultRequestHeaders.Add("Accept-Encoding", "br");
        Uri page = new(host, address);
        var assets = Asset().Matches(await plain.GetStringAsync(page, cancellationToken)).Select(match => match.Value).Distinct().ToArray();
        return new(
            await SumAsync(assets.Where(asset => asset.EndsWith(".js", StringComparison.Ordinal))),
            await SumAsync(assets.Where(asset => asset.EndsWith(".css", StringComparison.Ordinal))),
            (await client.GetByteArrayAsync(page, cancellationToken)).Length / Kilobyte);

        async Task<double> SumAsync(IEnumerable<string> addresses)
        {
            var sum = 0d;
            foreach (var address in addresses)
            {
                sum += (await client.GetByteArrayAsync(new Uri(address, UriKind.Relative), cancellationToken)).Length;
            }

            return sum > 0 ? sum / Kilobyte : throw new InvalidOperationException("The page names no such files.");
        }
    }

    [GeneratedRegex(@"\./assets/[\w.]+\.(?:js|css)")]
    private static partial Regex Asset();
}
