using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Usage.Engine.Diagnostics;
using Xunit;

namespace Usage.Tests.Properties.Conventions;

/// <summary>docs/metrics.md has each instrument of the engine, with its unit; and no other.</summary>
public sealed partial class MetricReferenceTests
{
    [Fact]
    public void Every_instrument_has_a_row_with_its_unit()
    {
        List<string> published = [];
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var factory = services.GetRequiredService<IMeterFactory>();
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Scope == factory)
            {
                published.Add($"{instrument.Name} {instrument.Unit}");
            }
        };
        listener.Start();
        _ = new EngineMetrics(factory);
        Row().Matches(Documents.Read("docs/metrics.md").Split("## Spans")[0])
            .Select(row => $"{row.Groups["name"].Value} {row.Groups["unit"].Value}")
            .ShouldBe(published, ignoreOrder: true);
    }

    [GeneratedRegex(@"^\| `(?<name>usage\.[a-z_.]+)` \|( (counter|histogram) \|)? (`(?<unit>[^`]+)`)? ?\|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
