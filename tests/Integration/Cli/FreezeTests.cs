using Shouldly;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Cli;

public sealed class FreezeTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Hours_are_frozen_shown_by_status_and_not_lost_by_an_uninstall()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await BusyHours.WriteAsync(database, hours: 5);
        await UsageProgram.RunAsync(database, "backfill");
        (await UsageProgram.RunAsync(database, "freeze", "--before", "2026-01-31T10:30Z")).ShouldExitWith(1).Errors.ShouldContain("it must be a whole UTC hour");
        (await UsageProgram.RunAsync(database, "freeze")).ShouldExitWith(2).Errors.ShouldContain("--before");

        var frozen = (await UsageProgram.RunAsync(database, "freeze", "--before", "2026-01-31T10:00Z")).ShouldExitWith(0).Output;
        frozen.ShouldContain("Verified: 3 usage rows, 3 buckets, 0 drifted");
        frozen.ShouldContain("Hours before 2026-01-31T10:00:00Z are frozen. Their raw rows may be deleted.");
        (await UsageProgram.RunAsync(database, "freeze", "--before", "2026-01-31T10:00Z", "--json")).ShouldExitWith(0).Json()
            .GetProperty("frozen_before").GetString().ShouldBe("2026-01-31T10:00:00Z");
        (await UsageProgram.RunAsync(database, "status")).ShouldExitWith(0).Output.ShouldContain("Frozen        hours before 2026-01-31T10:00:00Z");

        (await UsageProgram.RunAsync(database, "migrate", "--down")).ShouldExitWith(1).Errors.ShouldContain("give --discard-frozen");
        (await UsageProgram.RunAsync(database, "migrate", "--down", "--discard-frozen")).ShouldExitWith(0);
        (await UsageProgram.RunAsync(database, "migrate", "--down")).ShouldExitWith(0);
    }
}
