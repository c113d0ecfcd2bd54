using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Shouldly;
using Sylvan.Data.Csv;
using Usage.AspNetCore.Reports;
using Usage.Engine.Exporting;
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
        text => ShouldBeWritten(text, "'" + text));

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
    public void A_text_that_could_be_a_formula_is_marked(string text) => ShouldBeWritten(text, "'" + text);

    [Property]
    public Property Any_other_text_is_written_as_it_is() => Prop.ForAll(
        (from first in Gen.Elements("abc0,\"'/éИ中".ToCharArray())
         from rest in Texts
         select first + rest).ToArbitrary(),
        text => ShouldBeWritten(text, text));

    /// <summary>Reports and exports write texts by the same rules.</summary>
    private static void ShouldBeWritten(string text, string expected)
    {
        Cell(output => CsvText.WriteAsync(output, (Row[])[new(text, 7)], CancellationToken.None).GetAwaiter().GetResult()).ShouldBe(expected);
        Cell(output =>
        {
            CsvLines lines = new(output);
            lines.Raw("model"u8).Raw("tokens"u8).EndLineAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
            lines.Text(text).Number(7).EndLineAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
            lines.FlushAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
        }).ShouldBe(expected);
    }

    /// <summary>The cell's content as a CSV reader sees it.</summary>
    private static string Cell(Action<Stream> write)
    {
        using MemoryStream output = new();
        write(output);
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
