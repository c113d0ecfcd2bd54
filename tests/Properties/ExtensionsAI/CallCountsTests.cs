using FsCheck.Xunit;
using Microsoft.Extensions.AI;
using Shouldly;
using Usage.Extensions.AI;
using Xunit;

namespace Usage.Tests.Properties.ExtensionsAI;

public sealed class CallCountsTests
{
    [Property]
    public void The_classes_of_a_call_add_up_to_what_the_provider_counted(ushort plain, ushort read, ushort write, ushort output)
    {
        var counts = CallCounts.Copy(new()
        {
            InputTokenCount = plain + read + write, CachedInputTokenCount = read, OutputTokenCount = output,
            AdditionalCounts = new() { ["CacheCreationInputTokens"] = write },
        });
        counts.ShouldBe(new CallCounts(plain, output, read, write, 0));
    }

    [Property]
    public void An_adapter_that_counts_cached_tokens_beside_the_input_loses_none(ushort plain, ushort read, ushort write, ushort output)
    {
        var counts = CallCounts.Copy(new()
        {
            InputTokenCount = plain, OutputTokenCount = output,
            AdditionalCounts = new() { ["CacheCreationInputTokens"] = write, ["CacheReadInputTokens"] = read },
        });
        counts.ShouldBe(new CallCounts(plain, output, read, write, 0));
    }

    [Property]
    public void No_class_is_negative(int? input, int? output, int? read, int write)
    {
        var counts = CallCounts.Copy(new()
        {
            InputTokenCount = input, CachedInputTokenCount = read, OutputTokenCount = output,
            AdditionalCounts = new() { ["cache_write_tokens"] = write },
        });
        (counts is null).ShouldBe(input is null && output is null);
        if (counts is { } some)
        {
            new[] { some.Input, some.Output, some.CacheRead, some.CacheWrite, some.CacheWrite1h }.ShouldAllBe(count => count >= 0);
        }
    }

    [Theory]
    [InlineData("CacheCreationInputTokens")]
    [InlineData("cache_creation_input_tokens")]
    [InlineData("InputTokenDetails.CacheWriteTokenCount")]
    public void Tokens_written_to_a_cache_are_known_by_the_names_that_adapters_give_them(string name) =>
        CallCounts.Copy(new() { InputTokenCount = 10, AdditionalCounts = new() { [name] = 4 } }).ShouldBe(new CallCounts(6, 0, 0, 4, 0));

    [Fact]
    public void Tokens_that_are_kept_for_an_hour_are_part_of_those_written() =>
        CallCounts.Copy(new()
        {
            InputTokenCount = 10, CachedInputTokenCount = 0,
            AdditionalCounts = new() { ["cache_creation_input_tokens"] = 4, ["cache_creation.ephemeral_1h_input_tokens"] = 3 },
        }).ShouldBe(new CallCounts(6, 0, 0, 4, 3));
}
