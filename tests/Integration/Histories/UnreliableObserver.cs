using Npgsql;
using Usage.Engine.Diagnostics;

namespace Usage.Tests.Integration.Histories;

/// <summary>
/// Makes a drain slow and unreliable: at any step it may pause, fail, lose its connection, or lose its backend.
/// </summary>
internal sealed class UnreliableObserver(Drainer plan, bool silenceEnds, Func<Task> killBackend, Tally tally) : IDrainObserver
{
    private const string SilenceTimeout = "25P03";

    private readonly Random random = new(plan.Seed);
    private volatile bool killed;

    public async ValueTask ReachedAsync(DrainStep step, CancellationToken cancellationToken)
    {
        if (step is DrainStep.Committed)
        {
            tally.Drained();
        }

        if (Next(100) < plan.Pauses)
        {
            var pause = TimeSpan.FromMilliseconds(Next(4) == 0 ? Next(60) : Next(4));
            await Task.Delay(pause, TimeProvider.System, cancellationToken);
        }

        if (Next(1_000) < plan.Deaths)
        {
            await DieAsync(step);
        }
    }

    /// <summary>Whether an error was caused by this observer or by SilentHostTimeout.</summary>
    public bool Caused(Exception error) => error switch
    {
        PlannedOverflowException or PlannedFailureException or PlannedDisconnectException or PlannedCancellationException => true,
        PostgresException { SqlState: PostgresErrorCodes.AdminShutdown } => killed || silenceEnds,
        PostgresException { SqlState: SilenceTimeout } => plan.SilenceAllowed is not null,
        PostgresException => false,
        NpgsqlException => killed || silenceEnds,
        _ => false,
    };

    private async Task DieAsync(DrainStep step)
    {
        switch (Next(5))
        {
            case 0:
                tally.Died($"overflow at {step}");
                throw new PlannedOverflowException();
            case 1:
                tally.Died($"failure at {step}");
                throw new PlannedFailureException();
            case 2:
                tally.Died($"disconnect at {step}");
                throw new PlannedDisconnectException();
            case 3:
                tally.Died($"cancellation at {step}");
                throw new PlannedCancellationException();
            default:
                tally.Died($"kill at {step}");
                killed = true;
                await killBackend();
                break;
        }
    }

    /// <summary>Two drains of one host may call this concurrently.</summary>
    private int Next(int end)
    {
        lock (random)
        {
            return random.Next(end);
        }
    }
}

/// <summary>Simulates a data error without an identifiable agent: the hour is set aside.</summary>
internal sealed class PlannedOverflowException() : OverflowException("A planned overflow.");

/// <summary>Simulates a setup error or a bug: the round fails.</summary>
internal sealed class PlannedFailureException() : Exception("A planned failure.");

/// <summary>Simulates a broken connection.</summary>
internal sealed class PlannedDisconnectException() : NpgsqlException("A planned disconnect.");

/// <summary>Simulates a cancellation.</summary>
internal sealed class PlannedCancellationException() : OperationCanceledException("A planned cancellation.");
