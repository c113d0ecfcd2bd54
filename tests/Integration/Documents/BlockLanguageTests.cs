using System.Text.Json;
using Shouldly;
using Xunit;

namespace Usage.Tests.Integration.Documents;

public sealed class BlockLanguageTests
{
    /// <summary>Each has tests of its own: C# is compiled, shell and SQL are run, JSON is read, text is printed. A drawing says nothing of itself.</summary>
    private static readonly string[] Known = ["csharp", "sh", "sql", "json", "text", ""];

    [Fact]
    public void Every_block_is_in_a_language_that_a_test_speaks() =>
        Document.Blocks.Where(block => !Known.Contains(block.Language)).ShouldBeEmpty();

    [Fact]
    public void A_block_without_a_language_is_a_drawing() =>
        Document.Blocks.Where(block => block.Language == "" && !block.Text.Contains('─', StringComparison.Ordinal)).ShouldBeEmpty();

    [Fact]
    public void Every_block_of_JSON_can_be_read()
    {
        foreach (var block in Document.Blocks.Where(block => block.Language == "json"))
        {
            Should.NotThrow(() => JsonDocument.Parse(block.Text).Dispose(), block.ToString());
        }
    }
}
