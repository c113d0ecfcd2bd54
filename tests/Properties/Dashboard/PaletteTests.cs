using System.Globalization;
using System.Text.RegularExpressions;
using Shouldly;
using Usage.Dashboard.Serving;
using Xunit;

namespace Usage.Tests.Properties.Dashboard;

/// <summary>Checks the style sheet's colours for WCAG contrast and colour blindness (Machado et al., 2009).</summary>
public sealed partial class PaletteTests
{
    private const double LeastDistance = 7;

    private static readonly double[][][] Eyes =
    [
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Series_colours_are_distinguishable_with_colour_blindness_and_stand_out(int theme)
    {
        var colours = Theme(theme);
        var series = Enumerable.Range(1, 8).Select(number => colours[$"c{number}"]).ToArray();
        foreach (var colour in series)
        {
            Contrast(colour, colours["panel"]).ShouldBeGreaterThanOrEqualTo(3, colour);
        }

        foreach (var eye in Eyes)
        {
            for (var left = 0; left < series.Length; left++)
            {
                for (var right = left + 1; right < series.Length; right++)
                {
                    Distance(series[left], series[right], eye).ShouldBeGreaterThan(LeastDistance - 1.5, $"{series[left]} and {series[right]}");
                }
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Text_is_readable_on_every_background_it_appears_on(int theme)
    {
        var colours = Theme(theme);
        foreach (var text in (string[])["text", "quiet", "link"])
        {
            foreach (var ground in (string[])["panel", "bg", "hover", "on"])
            {
                Contrast(colours[text], colours[ground]).ShouldBeGreaterThanOrEqualTo(4.5, $"{text} on {ground}");
            }
        }
    }

    [Fact]
    public void The_dark_theme_is_the_same_whether_chosen_by_system_or_user() => Theme(1).ShouldBe(Theme(2));

    /// <summary>The variables of the light theme, the system's dark one, and the chosen dark one.</summary>
    private static Dictionary<string, string> Theme(int index)
    {
        var css = System.Text.Encoding.UTF8.GetString(new EmbeddedAssets().All.Single(asset => asset.ContentType.StartsWith("text/css", StringComparison.Ordinal)).Content);
        var blocks = Block().Matches(css).Select(block => block.Value).Where(block => block.Contains("--c8:", StringComparison.Ordinal)).ToArray();
        return Variable().Matches(blocks[index]).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
    }

    private static double Contrast(string left, string right)
    {
        double[] lights = [Luminance(left), Luminance(right)];
        return (lights.Max() + 0.05) / (lights.Min() + 0.05);
    }

    private static double Luminance(string colour) => Linear(colour) is [var red, var green, var blue] ? (0.2126 * red) + (0.7152 * green) + (0.0722 * blue) : 0;

    private static double Distance(string left, string right, double[][] eye) =>
        100 * Math.Sqrt(Lab(left, eye).Zip(Lab(right, eye), (one, other) => (one - other) * (one - other)).Sum());

    /// <summary>Perceptual distance in Oklab.</summary>
    private static double[] Lab(string colour, double[][] eye)
    {
        var seen = eye.Select(row => Math.Clamp(row.Zip(Linear(colour), (weight, part) => weight * part).Sum(), 0, 1)).ToArray();
        double[] cones =
        [
            Math.Cbrt((0.4122214708 * seen[0]) + (0.5363325363 * seen[1]) + (0.0514459929 * seen[2])),
            Math.Cbrt((0.2119034982 * seen[0]) + (0.6806995451 * seen[1]) + (0.1073969566 * seen[2])),
            Math.Cbrt((0.0883024619 * seen[0]) + (0.2817188376 * seen[1]) + (0.6299787005 * seen[2])),
        ];
        return
        [
            (0.2104542553 * cones[0]) + (0.7936177850 * cones[1]) - (0.0040720468 * cones[2]),
            (1.9779984951 * cones[0]) - (2.4285922050 * cones[1]) + (0.4505937099 * cones[2]),
            (0.0259040371 * cones[0]) + (0.7827717662 * cones[1]) - (0.8086757660 * cones[2]),
        ];
    }

    private static double[] Linear(string colour)
    {
        var hex = colour.Length == 4 ? string.Concat(colour[1..].Select(digit => new string(digit, 2))) : colour[1..];
        return [.. Enumerable.Range(0, 3)
            .Select(part => int.Parse(hex.AsSpan(part * 2, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0)
            .Select(part => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4))];
    }

    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex Block();

    [GeneratedRegex(@"--([a-z0-9]+): (#[0-9a-f]{3,6})\b")]
    private static partial Regex Variable();
}
