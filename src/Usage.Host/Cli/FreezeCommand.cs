using System.CommandLine;
using NodaTime;
using Usage.AspNetCore.Parameters;
using Usage.Engine.Maintenance;

namespace Usage.Host.Cli;

/// <summary>Makes old buckets final, so that their raw rows may be deleted.</summary>
internal static class FreezeCommand
{
    public static Command Create(HostContext host)
    {
        var before = CheckedOption.Create<Instant>(
            "--before", "DATE|INSTANT", "End of the hours to freeze, exclusive: 2026-01-31 or 2026-01-31T18:00Z. At least 48 hours in the past", HourBound.From, HourBound.Rule);
        before.Required = true;
        var noVerify = new Option<bool>("--no-verify") { Description = "Don't compare the hours with the raw rows first" };
        var command = new Command(
            "freeze", "Make the buckets of old hours final: their raw rows may then be deleted. Can't be undone. Exit code 1 if the hours differ from the raw rows, or can't be frozen")
        {
            before, noVerify,
        };
        command.SetAction(host.Run((session, cancellationToken) => RunAsync(
            session, new(session.Value(before)!.Value) { Verify = !session.Value(noVerify) }, cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(CommandSession session, FreezeRequest request, CancellationToken cancellationToken)
    {
        FreezeResult result;
        try
        {
            result = await session.Output.TrackAsync<VerifyProgress, FreezeResult>(
                "Verify",
                done => new WorkDone(done.DaysDone, done.DaysTotal, "day[s]", done.RawRows),
                progress => session.Engine.FreezeAsync(request, progress, cancellationToken));
        }
        catch (FreezeRefusedException refused)
        {
            throw new ExplainedException(refused.Message);
        }

        session.Output.Result(result, Lines(result));
        return ExitCode.Success;
    }

    private static IEnumerable<string> Lines(FreezeResult result)
    {
        if (result.Verified is { } verified)
        {
            yield return $"Verified: {DriftText.Summary(verified)}";
        }

        yield return result.Previously == result.FrozenBefore
            ? $"Nothing to do: hours before {result.FrozenBefore} are frozen."
            : $"Hours before {result.FrozenBefore} are frozen. Their raw rows may be deleted.";
    }
}
