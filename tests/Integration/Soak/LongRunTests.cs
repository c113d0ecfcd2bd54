using System.Globalization;
using System.Security.Cryptography;
using Shouldly;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Histories;
using Xunit;

namespace Usage.Tests.Integration.Soak;

/// <summary>
/// A soak of <c>USAGE_LONG_RUN_MINUTES</c>, and a short one among the other tests. <c>USAGE_SOAK_SEED</c> names its scripts;
/// <c>USAGE_LONG_RUN_TABLE</c> is the file that gets its table.
/// </summary>
[Trait("Category", "LongRun")]
public sealed class LongRunTests(DatabaseFixture fixture, ITestOutputHelper output) : IClassFixture<DatabaseFixture>
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task What_is_read_while_everything_goes_on_is_exact_but_for_what_is_pending()
    {
        var asked = Environment.GetEnvironmentVariable("USAGE_LONG_RUN_MINUTES") is { Length: > 0 } minutes
            ? TimeSpan.FromMinutes(double.Parse(minutes, CultureInfo.InvariantCulture))
            : (TimeSpan?)null;
        var seed = Environment.GetEnvironmentVariable(SoakTests.SeedVariable) is { Length: > 0 } given
            ? ulong.Parse(given, NumberStyles.None, CultureInfo.InvariantCulture)
            : (ulong)RandomNumberGenerator.GetInt32(int.MaxValue);
        Tally tally = new();
        await using HistoryHosts hosts = new(fixture.Database, superuser: await fixture.Database.ScalarAsync<string>("show is_superuser") == "on");

        var table = await new LongRun(fixture.Database, hosts, tally).RunAsync(asked ?? Short, seed, TestContext.Current.CancellationToken);

        var text = $"Seed {seed}\n\n{table}\n\n{tally}\n";
        output.WriteLine(text);
        if (Environment.GetEnvironmentVariable("USAGE_LONG_RUN_TABLE") is { Length: > 0 } file)
        {
            await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        }

        table.Exact.ShouldBeTrue(text);
        table.Checks.ShouldBePositive();
        if (asked is not null)
        {
            // Only who asks for a soak has a machine for it.
            table.Quick.ShouldBeTrue(text);
        }
    }
}
