using Shouldly;
using Usage.Host.Cli;
using Usage.Host.Comparing;
using Xunit;

namespace Usage.Tests.Integration.Documents;

public sealed class ComparisonTextTests
{
    /// <summary>The comparison that the document shows.</summary>
    private static readonly ComparisonReport Example = new(
        "public.task_usage_hourly", ["workspace_id", "runtime_id", "agent_id", "project_id", "provider", "model"],
        ["input_tokens", "output_tokens", "event_count", "task_count"], TheirRows: 45_120, RowsWithinHour: 0, DifferenceCount: 212,
        [
            new(DifferenceCause.RuntimeDeleted, 200, [91_204_113, 8_110_276, 3_150, 412], [0, 0, 0, 0]),
            new(DifferenceCause.PassedOver, 12, [604_118, 70_115, 38, 12], [551_006, 62_981, 31, 12]),
        ],
        []);

    [Fact]
    public void The_text_of_a_document_is_what_the_program_prints() =>
        Document.Blocks.Where(block => block.Language == "text").Select(block => block.Text).ShouldBe(
            [string.Concat(ComparisonText.Lines(Example).Select(line => line + "\n"))]);
}
