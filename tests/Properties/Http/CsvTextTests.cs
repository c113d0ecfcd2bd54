using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Shouldly;
using Sylvan.Data.Csv;
using Usage.AspNetCore.Reports;
using Xunit;

namespace Usage.Tests.Properties.Http;

public sealed class CsvTextTests
{
    private static readonly Gen<string> Blank = Gen.ArrayOf(Gen.Elements(' ', '\t', '\r', '\n', '\v', '\u00a0', '\u3000', '\u200b', '\ufeff'))
        .Select(blank => new string(blank));

    private static readonly Gen<string> Texts = ArbMap.Default.GeneratorFor<string>().Select(text => text ?? "");

    [Property]
    public Property A_text_that_a_spreadsheet_could_take_for_a_formula_is_marked() => Prop.ForAll(
        (from blank in Blank
         from sign in Gen.Elements("=+-@＝＋－＠".ToCharArray())
         from rest in Texts
         select $"{blank}{sign}{rest}").ToArbitrary(),
        text => Written(text).ShouldBe("'" + text));

    [Theory]
    [InlineData("\tx")]
    [InlineData("\rx")]
    [InlineData("\nx")]
    [InlineData("\n=1+1")]
    [InlineData("  =HYPERLINK(\"https://example.com\")")]
    [InlineData("＝1+1")]
    [InlineData("＋1")]
    [InlineData("－1")]
    [InlineData("＠SUM(A1)")]
    public void A_text_that_could_be_a_formula_is_marked(string text) => Written(text).ShouldBe("'" + text);

    [Property]
    public Property Any_other_text_is_written_as_it_is() => Prop.ForAll(
        (from first in Gen.Elements("abc0,\"'/éИ中".ToCharArray())
         from rest in Texts
         select first + rest).ToArbitrary(),
        text => Written(text).ShouldBe(text));

    /// <summary>The cell's content as a CSV reader sees it.</summary>
    private static string Written(string text)
    {
        using MemoryStream output = new();
        CsvText.WriteAsync(output, (Row[])[new(text, 7)], CancellationToken.None).GetAwaiter().GetResult();
        output.Position = 0;
        using var csv = CsvDataReader.Create(new StreamReader(output), new() { Delimiter = ',' });
        csv.Read().ShouldBeTrue();
        csv.GetInt64(1).ShouldBe(7);
        var cell = csv.GetString(0);
        csv.Read().ShouldBeFalse();
        return cell;
    }

    private sealed record Row(string Model, long Tokens);
}
