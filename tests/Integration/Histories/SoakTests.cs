using System.Globalization;
using System.Security.Cryptography;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Histories;

/// <summary>
/// Runs histories for <c>USAGE_SOAK_SECONDS</c>. <c>USAGE_SOAK_SEED</c> sets the first seed and reproduces all scripts;
/// interleavings depend on the scheduler. With <c>USAGE_SOAK_PARTITIONED=1</c>, usage and tasks are partitioned.
/// </summary>
[Trait("Category", "Soak")]
public sealed class SoakTests(SoakDatabaseFixture fixture, ITestOutputHelper output) : HistoryTestBase(fixture), IClassFixture<SoakDatabaseFixture>
{
    public const string SecondsVariable = "USAGE_SOAK_SECONDS";
    public const string SeedVariable = "USAGE_SOAK_SEED";

    /// <summary>Number of histories if no time is set.</summary>
    private const int FewHistories = 10;

    [Fact]
    public async Task Histories_do_not_drift()
    {
        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        var duration = Read(SecondsVariable) is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        var first = Read(SeedVariable) ?? (ulong)RandomNumberGenerator.GetInt32(int.MaxValue);
        Say($"Histories of {(fixture.IsPartitioned ? "partitioned" : "plain")} tables from seed {first} on; {SeedVariable}={first} plays the same scripts again.");
        try
        {
            for (var seed = first; GoesOn(seed); seed++)
            {
                await PlayAsync(seed);
            }
        }
        finally
        {
            Say($"{Tally}\nin {time.GetElapsedTime(started).TotalSeconds:f0} s, from seed {first} on.");
        }

        bool GoesOn(ulong seed) =>
            duration is { } limit ? time.GetElapsedTime(started) < limit : seed < first + FewHistories;
    }

    private static ulong? Read(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
        ? ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)
        : null;

    /// <summary>Writes to the test's output and, during the run, to the console.</summary>
    private void Say(string line)
    {
        output.WriteLine(line);
        TestContext.Current.SendDiagnosticMessage(line);
    }
}

/// <summary>The database of a soak, partitioned or not according to <c>USAGE_SOAK_PARTITIONED</c>.</summary>
public sealed class SoakDatabaseFixture(PostgresFixture postgres) : DatabaseFixture(postgres)
{
    public const string PartitionedVariable = "USAGE_SOAK_PARTITIONED";

    public override bool IsPartitioned => Environment.GetEnvironmentVariable(PartitionedVariable) is "1";
}
