using NodaTime;
using Usage.Engine.Database;
using Usage.Engine.Diagnostics;

namespace Usage.Engine.Standby;

/// <summary>
/// Knows whether the standby serves reports. In an outage one report at a time tries it again, with a backoff, so that the others never wait for a
/// server that does not answer. An outage is logged once.
/// </summary>
internal sealed class StandbyJournal(TimeProvider time, EngineMetrics metrics, EngineLog log)
{
    private readonly Lock gate = new();
    private StandbyOutage? outage;
    private long since;
    private TimeSpan rest;
    private int attempt;

    /// <summary>The current outage; null while the standby serves.</summary>
    public StandbyOutage? Outage
    {
        get
        {
            lock (gate)
            {
                return outage;
            }
        }
    }

    /// <summary>The number of the current attempt, without beginning one.</summary>
    public int Number
    {
        get
        {
            lock (gate)
            {
                return attempt;
            }
        }
    }

    /// <summary>The number of an attempt to use the standby; null while it rests.</summary>
    public int? Enter()
    {
        lock (gate)
        {
            if (outage is not null)
            {
                if (time.GetElapsedTime(since) < rest)
                {
                    return null;
                }

                // Others wait for the outcome of this attempt, and no longer than for another.
                since = time.GetTimestamp();
            }

            return attempt;
        }
    }

    /// <summary>The standby answered an attempt as it should.</summary>
    public void Served(int number)
    {
        lock (gate)
        {
            if (number != attempt || outage is null)
            {
                return;
            }

            outage = null;
            attempt++;
        }

        log.StandbyBack();
    }

    /// <summary>An attempt failed. Of those that fail together, one counts.</summary>
    public void Failed(int number, StandbyFault fault, Exception? error = null, Duration? lag = null)
    {
        StandbyOutage next;
        bool isNews;
        lock (gate)
        {
            if (number != attempt || !StandbyFaults.IsOutage(fault))
            {
                return;
            }

            isNews = outage?.Fault != fault;
            next = new(fault, (outage?.Attempts ?? 0) + 1, lag);
            (outage, since, rest) = (next, time.GetTimestamp(), next.Rest);
            attempt++;
        }

        var reason = error is null ? "" : Failure.Describe(error);
        if (isNews)
        {
            log.StandbyAway(StandbyFaults.Describe(fault), reason, error);
        }
        else
        {
            log.StandbyStillAway(StandbyFaults.NameOf(fault), next.Attempts, next.Rest, reason);
        }
    }

    /// <summary>A report is read from the primary instead.</summary>
    public void FellBack(StandbyFault fault) => metrics.FellBack(StandbyFaults.NameOf(fault));
}
