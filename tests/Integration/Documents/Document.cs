using Markdig;
using Markdig.Syntax;

namespace Usage.Tests.Integration.Documents;

/// <summary>The repository's documents, in Markdown.</summary>
internal static class Document
{
    private static readonly string[] Folders = ["docs", "samples", "src"];

    /// <summary>Paths from the root: the README, those of packages and samples, and everything in docs.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Directory.EnumerateFiles(Repository.Root, "*.md")
            .Concat(Folders.SelectMany(folder =>
                Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.md", SearchOption.AllDirectories)))
            .Select(path => Path.GetRelativePath(Repository.Root, path))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Every fenced block of every document.</summary>
    public static IEnumerable<CodeBlock> Blocks => All.SelectMany(BlocksOf);

    public static string Read(string path) => File.ReadAllText(Path.Combine(Repository.Root, path));

    public static IEnumerable<CodeBlock> BlocksOf(string path) =>
        from block in Markdown.Parse(Read(path)).Descendants<FencedCodeBlock>()
        select new CodeBlock(path, block.Line + 2, block.Info ?? "", $"{block.Lines}\n");

    /// <summary>The one block of a document that holds the words.</summary>
    public static CodeBlock Block(string path, string words) =>
        BlocksOf(path).Single(block => block.Text.Contains(words, StringComparison.Ordinal));
}
