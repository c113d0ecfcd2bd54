using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Shouldly;
using Usage.AspNetCore;
using Usage.Engine;
using Usage.Host.Authentication;
using Usage.Host.Telemetry;
using Xunit;

namespace Usage.Tests.Properties.Conventions;

/// <summary>
/// docs/configuration.md is generated from the options and their documentation. USAGE_UPDATE_DOCS=1 updates it.
/// </summary>
public sealed partial class ConfigurationReferenceTests
{
    private const string Introduction = """
        # Configuration

        Every setting, from the options' own documentation. A host binds them with `AddUsageEngine(configuration.GetSection("Usage"))`, or sets them in code.
        The program reads `appsettings.json`, then the environment (`Usage__MaxDuty=0.3`), then flags (`--set Usage:MaxDuty=0.3`). All are validated at start: a value that breaks its
        rule is named with the rule. Durations have the form `00:00:00.100`, or `1.00:00:00` for a day.
        """;

    private static readonly (string Section, string Title, Type Options)[] Sections =
    [
        ("Usage", "The engine", typeof(UsageEngineOptions)),
        ("Usage:Http", "HTTP limits", typeof(UsageHttpOptions)),
        ("Usage:Auth", "Authentication of the program", typeof(UsageAuthOptions)),
        ("Usage:Metrics", "Metrics of the program", typeof(MetricsOptions)),
        ("Usage:Traces", "Traces of the program", typeof(TracesOptions)),
    ];

    [Fact]
    public void The_configuration_reference_matches_the_options()
    {
        var text = Reference();
        if (Environment.GetEnvironmentVariable("USAGE_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(Document(), text);
        }

        File.ReadAllText(Document()).ShouldBe(text, "run the Properties tests with USAGE_UPDATE_DOCS=1 to write docs/configuration.md anew");
    }

    private static string Reference()
    {
        StringBuilder text = new(Introduction);
        foreach (var (section, title, options) in Sections)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n\n## {title}: section `{section}`\n\n| setting | what it does |\n|---|---|");
            var documentation = Documentation(options);
            foreach (var property in options.GetProperties().Where(property => property.CanWrite))
            {
                text.Append(CultureInfo.InvariantCulture, $"\n| `{section}:{property.Name}` | {Summary(documentation, property)} |");
            }
        }

        return text.Append('\n').ToString();
    }

    private static XElement[] Documentation(Type options) =>
        [.. XDocument.Load(Path.ChangeExtension(options.Assembly.Location, ".xml")).Descendants("member")];

    private static string Summary(XElement[] documentation, PropertyInfo property)
    {
        var name = $"P:{property.DeclaringType!.FullName}.{property.Name}";
        var summary = documentation.Single(member => (string?)member.Attribute("name") == name).Element("summary")!;
        var words = string.Concat(summary.Nodes().Select(node => node switch
        {
            XText plain => plain.Value,
            XElement { Name.LocalName: "see" } see => $"`{((string?)see.Attribute("cref") ?? (string?)see.Attribute("langword"))!.Split('.')[^1]}`",
            XElement code => $"`{code.Value}`",
            _ => "",
        }));
        return WhiteSpace().Replace(words, " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);
    }

    private static string Document([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", "configuration.md"));

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
