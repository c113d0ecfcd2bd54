using Shouldly;
using Xunit;

namespace Usage.Tests.Integration.Cli;

public sealed class HelpTests
{
    public static TheoryData<string, string> OptionsOfVerbs => new()
    {
        { "serve", "--urls" },
        { "migrate", "--down --standalone" },
        { "drain", "--workspace" },
        { "backfill", "--from --to --dry-run --duty --no-drain" },
        { "verify", "--from --to --repair" },
        { "status", "" },
        { "pause", "" },
        { "resume", "" },
        { "prices", "list import" },
        { "prices import", "FILE --start-list --format --effective-from --text-only --apply --preview --replace" },
        { "prices undo", "--preview" },
        { "token", "--user --scope --workspace --hours" },
        { "demo", "--tasks --days --workspaces --seed --no-serve --urls" },
        { "load", "--trace --speed --rate --duration --connections --mixed --verify" },
        { "url", "" },
        { "install", "" },
        { "stop", "" },
        { "reset", "" },
    };

    [Theory]
    [MemberData(nameof(OptionsOfVerbs))]
    public async Task The_help_of_a_verb_lists_its_options_and_those_of_all_verbs(string verb, string options)
    {
        var help = (await UsageProgram.RunAsync(connectionString: null, [.. verb.Split(' '), "--help"])).ShouldExitWith(0).ShouldSayNothingElse();

        string[] expected =
        [
            $"usage {verb}", "--connection", "--set", "--json", "--verbose", "--help",
            .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        ];
        expected.ShouldAllBe(word => help.Output.Contains(word));
    }

    [Fact]
    public async Task The_help_of_the_program_lists_every_verb()
    {
        var help = (await UsageProgram.RunAsync(connectionString: null, "--help")).ShouldExitWith(0).ShouldSayNothingElse();

        OptionsOfVerbs.Select(row => row.Data.Item1).Where(verb => !verb.Contains(' '))
            .ShouldAllBe(verb => help.Output.Contains($"\n  {verb} "));
    }
}
