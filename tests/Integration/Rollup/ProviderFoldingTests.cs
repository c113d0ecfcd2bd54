using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Usage.Engine.Recording;
using Usage.Engine.Rollup;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Rollup;

public sealed class ProviderFoldingTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    private const int Count = 2_000;
    private const int Longest = 12;

    private static readonly Gen<string> Text = Gen.OneOf(
            Gen.Choose('A', 'z').Select(letter => $"{(char)letter}"),
            Gen.Choose(1, 0x10FFFF).Where(rune => rune is < 0xD800 or > 0xDFFF).Select(char.ConvertFromUtf32),
            Gen.Elements("İ", "I", "ı", "ß", "ẞ", "Å", "\u212a", "Σ", "ς", "ﬁ", "Ǆ", "é", "e\u0301"))
        .ListOf().Select(parts => string.Concat(parts.Take(Longest)));

    [Fact]
    public async Task A_provider_is_folded_by_the_engine_as_lower_does_in_the_collation_C()
    {
        string[] spellings = [.. Text.Sample(Count).Where(StorableText.IsStorable)];
        var folded = await fixture.Database.QueryAsync<string>(
            """select lower(s collate "C") from unnest(@spellings) with ordinality s (s, n) order by n""", new { spellings });
        spellings.Select(ProviderName.Fold).ShouldBe(folded);
    }
}
