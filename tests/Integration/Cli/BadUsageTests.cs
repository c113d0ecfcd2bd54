using Shouldly;
using Xunit;

namespace Usage.Tests.Integration.Cli;

/// <summary>Invalid input is rejected before anything is done, with an error that names the value and the rule.</summary>
public sealed class BadUsageTests
{
    [Theory]
    [InlineData("nonsense", "'nonsense'")]
    [InlineData("status --nonsense", "'--nonsense'")]
    [InlineData("token --workspace zz", "--workspace is 'zz': it must be a workspace id")]
    [InlineData("load --http localhost:5080 --duration 1", "--http is 'localhost:5080'")]
    [InlineData("verify --from 2026-02-30", "--from is '2026-02-30': it must be a date")]
    [InlineData("verify --from yesterday", "--from is 'yesterday': it must be a date")]
    [InlineData("verify --from 1999-12-31", "--from is '1999-12-31': it must be a date", "from the years 2000 to 2100")]
    [InlineData("verify --from 9999-12-31T23:59:59-18:00", "--from is '9999-12-31T23:59:59-18:00': it must be a", "years 2000 to 2100")]
    [InlineData("backfill --to -9998-01-01T00:00:00+18:00", "--to is '-9998-01-01T00:00:00+18:00': it must be a", "years 2000 to 2100")]
    [InlineData("verify --to 9999-12-31T23:59:59-18:00", "--to is '9999-12-31T23:59:59-18:00': it must be a date", "from the years 2000 to 2100")]
    [InlineData("verify --from -9998-01-01T00:00:00+18:00", "it must be a date", "from the years 2000 to 2100")]
    [InlineData("verify --from -9998-01-01T00:00+18:00 --to 9999-12-31T23:59-18:00", "it must be a date", "from the years 2000 to 2100")]
    [InlineData("verify --from 9999-12-31", "--from is '9999-12-31': it must be a date")]
    [InlineData("backfill --from -9998-01-01", "it must be a date")]
    [InlineData("backfill --to 2101-01-02", "--to is '2101-01-02': it must be a date", "from the years 2000 to 2100")]
    [InlineData("backfill --from 2026-02-02 --to 2026-02-01", "--to is 2026-02-01T00:00:00Z: it must be after --from")]
    [InlineData("backfill --duty 0", "--duty is '0': it must be a number greater than 0, at most 1")]
    [InlineData("backfill --duty 1.5", "--duty is '1.5'")]
    [InlineData("backfill --duty NaN", "--duty is 'NaN'")]
    [InlineData("drain --workspace 7", "--workspace is '7': it must be a workspace id")]
    [InlineData("migrate --down --standalone", "--down and --standalone can't be combined")]
    [InlineData("demo --days x", "--days is 'x': it must be a whole number from 7 to 3650")]
    [InlineData("demo --tasks 99", "--tasks is '99': it must be a whole number from 100")]
    [InlineData("load --rate x", "--rate is 'x': it must be a number greater than 0")]
    [InlineData("load --speed -1", "--speed is '-1': it must be a number greater than 0")]
    [InlineData("load --connections 1.5", "--connections is '1.5': it must be a whole number")]
    public async Task A_command_line_that_breaks_a_rule_is_refused(string line, params string[] words)
    {
        var refused = await UsageProgram.RunAsync(connectionString: null, line.Split(' '));

        ShouldBeRefused(refused, words);
        refused.Errors.ShouldContain("Help: usage ");
    }

    [Theory]
    [InlineData("--set is 'Usage:MaxDuty'", "status", "--set", "Usage:MaxDuty")]
    [InlineData("there is no setting Usage:MaxDutty", "status", "--set", "Usage:MaxDutty=0.3")]
    [InlineData("MaxDuty", "status", "--set", "Usage:MaxDuty=7")]
    [InlineData("'often'", "status", "--set", "Usage:PollInterval=often")]
    [InlineData("'http://0.0.0.0:5080' is not allowed", "serve", "--urls", "http://0.0.0.0:5080")]
    [InlineData("'http://example.org' is not allowed", "--urls", "http://127.0.0.1:0;http://example.org")]
    [InlineData("'nowhere' is invalid", "serve", "--urls", "nowhere")]
    [InlineData("No signing key is configured", "token")]
    [InlineData("--connection is empty. Give a connection string", "status", "--connection", "")]
    [InlineData("--connection is empty. Give a connection string", "status", "--connection", "  ")]
    [InlineData("'http://' is invalid", "serve", "--urls", "http://")]
    [InlineData("'http://127.0.0.1:99999' has an invalid port", "serve", "--urls", "http://127.0.0.1:99999")]
    [InlineData("'http://127.0.0.1:-1' has an invalid port", "serve", "--urls", "http://127.0.0.1:-1")]
    [InlineData("'http://127.0.0.1:abc' is invalid", "serve", "--urls", "http://127.0.0.1:abc")]
    [InlineData("'http://127.0.0.1:1:2' is invalid", "serve", "--urls", "http://127.0.0.1:1:2")]
    [InlineData("'http://[::1:80' is invalid", "serve", "--urls", "http://[::1:80")]
    [InlineData("'http://127.0.0.1:0/path' has a path", "serve", "--urls", "http://127.0.0.1:0/path")]
    [InlineData("'ftp://127.0.0.1:1' has a scheme other than", "serve", "--urls", "ftp://127.0.0.1:1")]
    [InlineData("'http://localhost:0' asks for a dynamic port", "serve", "--urls", "http://localhost:0")]
    public async Task A_setting_that_breaks_a_rule_is_refused(string words, params string[] line) =>
        ShouldBeRefused(await UsageProgram.RunAsync("Host=127.0.0.1;Port=1", line), words);

    [Theory]
    [InlineData("Hots=localhost;Password=secret", "at 'hots'")]
    [InlineData("postgresql://somebody:secret@[::1", "can't be parsed")]
    [InlineData("Host=localhost;Password=secret;Port=many", "at 'port'")]
    [InlineData("Host=localhost;Password=secret;Port=70000", "at 'port'")]
    [InlineData("Host=;Password=secret", "at 'host'")]
    [InlineData("Database=usage;Password=secret", "at 'host'")]
    [InlineData("Host=localhost;Password=secret;Target Session Attributes=primary", "can't be parsed")]
    [InlineData("mysql://secret", "can't be parsed")]
    public async Task An_invalid_connection_string_is_rejected_without_repeating_the_password(string given, string word)
    {
        var refused = await UsageProgram.RunAsync(given, "status");

        ShouldBeRefused(refused, word, "Host=…;Database=…", "postgresql://");
        refused.Errors.ShouldNotContain("secret");
    }

    [Fact]
    public async Task Without_a_database_the_program_explains_how_to_configure_one() => ShouldBeRefused(
        await UsageProgram.RunAsync(connectionString: null, "status"),
        "ConnectionStrings__Usage", "--connection", "Usage__LocalPostgres");

    private static void ShouldBeRefused(ProgramResult refused, params IEnumerable<string> words)
    {
        refused.ShouldExitWith(2);
        refused.Output.ShouldBe("");
        refused.Errors.ShouldStartWith("usage: ");
        refused.Errors.ShouldNotContain("   at ");
        words.ShouldAllBe(word => refused.Errors.Contains(word), refused.Errors);
    }
}
