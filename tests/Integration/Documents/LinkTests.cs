using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Shouldly;
using Xunit;

namespace Usage.Tests.Integration.Documents;

public sealed class LinkTests
{
    private static readonly MarkdownPipeline Pipeline =
        new MarkdownPipelineBuilder().UsePipeTables().UseAutoIdentifiers(AutoIdentifierOptions.GitHub).Build();

    [Fact]
    public void Every_link_within_the_repository_leads_to_a_file_and_a_heading_that_are_there()
    {
        var broken =
            from document in Document.All
            from link in Parse(document).Descendants<LinkInline>()
            let target = link.Url!
            where !target.Contains("://", StringComparison.Ordinal) && !LeadsSomewhere(document, target)
            select $"{document}:{link.Line + 1}: {target}";
        broken.ShouldBeEmpty();
    }

    private static bool LeadsSomewhere(string document, string target)
    {
        var (file, heading) = target.Split('#', 2) is [var before, var after] ? (before, after) : (target, null);
        var path = file == "" ? document : Path.GetRelativePath(
            Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(document)!, file)));
        return Path.Exists(Path.Combine(Repository.Root, path)) && (heading is null || Headings(path).Contains(heading));
    }

    private static IEnumerable<string?> Headings(string document) =>
        Parse(document).Descendants<HeadingBlock>().Select(heading => heading.GetAttributes().Id);

    private static MarkdownDocument Parse(string document) => Markdown.Parse(Document.Read(document), Pipeline);
}
