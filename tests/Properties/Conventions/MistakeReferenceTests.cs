using System.Globalization;
using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Usage.Tests.Properties.Conventions;

/// <summary>docs/mistakes.md and the tests name the same mistakes.</summary>
public sealed partial class MistakeReferenceTests
{
    [Fact]
    public void Every_mistake_has_a_test_and_every_test_of_one_has_its_line()
    {
        var lines = Line().Matches(Documents.Read("docs/mistakes.md")).Select(line => Number(line)).ToList();
        lines.ShouldBe(Enumerable.Range(1, lines.Count));
        var tested = Directory.EnumerateFiles(Path.Combine(Documents.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Trait().Matches(File.ReadAllText(file)))
            .Select(trait => Number(trait));
        tested.Distinct().Order().ShouldBe(lines);
    }

    private static int Number(Match match) => int.Parse(match.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\| (?<number>\d+) \|", RegexOptions.Multiline)]
    private static partial Regex Line();

    [GeneratedRegex("""Trait\("Field", "(?<number>\d+)"\)""")]
    private static partial Regex Trait();
}
