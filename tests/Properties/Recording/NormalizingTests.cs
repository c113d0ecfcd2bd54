using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Shouldly;
using Usage.Engine.Recording;
using Usage.Engine.Rollup;
using Xunit;

namespace Usage.Tests.Properties.Recording;

public sealed class NormalizingTests
{
    private const string AsciiWhiteSpace = " \t\n\v\f\r";

    [Property]
    public Property Normalising_a_provider_twice_changes_nothing_more() =>
        Prop.ForAll(ReportGenerators.Text, text =>
            ProviderName.Normalize(ProviderName.Normalize(text)).ShouldBe(ProviderName.Normalize(text)));

    [Property]
    public Property A_provider_changes_only_by_ascii_trim_and_ascii_case() =>
        Prop.ForAll(ReportGenerators.Text, text =>
        {
            var trimmed = text.Trim(AsciiWhiteSpace.ToCharArray());
            ProviderName.Normalize(text)
                .ShouldBe(string.Concat(trimmed.Select(c => c is >= 'A' and <= 'Z' ? (char)(c + 32) : c)));
        });

    [Theory]
    [InlineData(null, "")]
    [InlineData(" \t\r\n", "")]
    [InlineData("\vOpenAI\f", "openai")]
    [InlineData("MISTRAL", "mistral")]
    [InlineData("İI ıi", "İi ıi")]
    [InlineData("\u212aELVIN", "\u212aelvin")]
    [InlineData("\u00a0Ü\u00a0", "\u00a0Ü\u00a0")]
    public void A_provider_is_folded_the_same_way_in_every_culture(string? provider, string expected) =>
        ProviderName.Normalize(provider).ShouldBe(expected);

    [Property]
    public Property Normalising_an_entry_twice_changes_nothing_more() =>
        Prop.ForAll(ReportGenerators.GoodReport, ReportGenerators.Text, (report, runtimeProvider) =>
        {
            foreach (var once in report.Select(entry => UsageEntryNormalizer.Normalize(entry, runtimeProvider)))
            {
                UsageEntryNormalizer.Normalize(once, runtimeProvider).ShouldBe(once);
            }
        });

    [Property]
    public Property Only_the_provider_and_the_cost_of_an_entry_are_normalised() =>
        Prop.ForAll(ReportGenerators.SpoiledReport, report =>
        {
            foreach (var entry in report.Entries)
            {
                var normalized = UsageEntryNormalizer.Normalize(entry, "x");
                (normalized with { Provider = entry.Provider, CostUsdTicks = entry.CostUsdTicks }).ShouldBe(entry);
                normalized.CostUsdTicks.ShouldBe(entry.CostUsdTicks > 0 ? entry.CostUsdTicks : null);
            }
        });

    [Property]
    public Property A_runtimes_provider_counts_only_where_an_entry_names_none() =>
        Prop.ForAll(ReportGenerators.Text, ReportGenerators.Text, (own, runtimes) =>
            UsageEntryNormalizer.Normalize(new(own, "m"), runtimes).Provider
                .ShouldBe(ProviderName.Normalize(ProviderName.Normalize(own) is "" ? runtimes : own)));

    [Property]
    public Property Text_is_storable_when_it_survives_UTF_8_and_holds_no_NUL() =>
        Prop.ForAll(ReportGenerators.Text, text =>
            StorableText.IsStorable(text).ShouldBe(
                !text.Contains('\0') && System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text)) == text));

    [Property]
    public Property Shown_text_is_storable_and_short_and_storable_short_text_is_shown_as_it_is() =>
        Prop.ForAll(ReportGenerators.Text, text =>
        {
            var shown = StorableText.Show(text)!;
            StorableText.IsStorable(shown).ShouldBeTrue();
            shown.Length.ShouldBeLessThanOrEqualTo(210);
            (shown == text).ShouldBe(StorableText.IsStorable(text) && text.Length <= 200);
        });
}
