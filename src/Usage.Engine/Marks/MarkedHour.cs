using System.Runtime.InteropServices;
using NodaTime;
using Usage.Engine.Rollup;

namespace Usage.Engine.Marks;

/// <summary>An hour with pending marks, and their location in the journal.</summary>
/// <param name="Hour">The hour.</param>
/// <param name="Live">Whether any of the marks is live.</param>
/// <param name="Marks">
/// The marks' row addresses as the text of a PostgreSQL <c>tid[]</c>; opaque here. Marks are never updated, so an address is
/// valid until the mark is deleted. If another mark of the hour reuses the address, claiming that one is equally correct.
/// </param>
internal sealed record MarkedHour(HourBucket Hour, bool Live, string Marks);

/// <summary>The hours to drain next.</summary>
/// <param name="Hours">Live hours, oldest mark first; then backfill hours, newest hour first.</param>
/// <param name="EntitiesPending">Whether marks without an hour wait to be expanded.</param>
/// <param name="More">Whether the journal holds more marks than this pick read.</param>
internal sealed record MarkPick(IReadOnlyList<MarkedHour> Hours, bool EntitiesPending, bool More)
{
    /// <summary>Whether nothing in the journal is due.</summary>
    public bool IsEmpty => Hours.Count == 0 && !EntitiesPending;
}

/// <summary>A claimed mark of a frozen hour.</summary>
/// <param name="Hour">The hour.</param>
/// <param name="TaskId">The task; null for the whole hour, or an agent in it.</param>
/// <param name="Xid">The transaction that wrote it, and with it the usage.</param>
internal readonly record struct FrozenMark(HourBucket Hour, Guid? TaskId, long Xid);

/// <summary>The marks that one transaction claimed: whole hours, tasks in hours, and agents in hours.</summary>
internal sealed class ClaimedMarks
{
    private readonly Dictionary<(HourBucket Hour, short Origin), Instant> oldest = [];

    public long Count { get; private set; }

    /// <summary>When they were taken, by the database's clock.</summary>
    public Instant TakenAt { get; set; }

    /// <summary>Marks of frozen hours, which are recomputed no more.</summary>
    public List<FrozenMark> Frozen { get; } = [];

    public HashSet<HourBucket> Hours { get; } = [];

    public HashSet<HourBucket> WholeHours { get; } = [];

    public HashSet<(HourBucket Hour, Guid TaskId)> Tasks { get; } = [];

    public HashSet<(HourBucket Hour, Guid AgentId)> Agents { get; } = [];

    /// <summary>The origins of an hour's marks, each with the time of its oldest mark.</summary>
    public IEnumerable<(short Origin, Instant EnqueuedAt)> OldestOf(HourBucket hour) =>
        from entry in oldest where entry.Key.Hour == hour select (entry.Key.Origin, entry.Value);

    /// <summary>Age of the oldest live mark of each hour when it was taken.</summary>
    /// <param name="committedAfter">
    /// A time before any of their changes was committed, where one is known. It is the later of the two: a mark is as old as its statement,
    /// and a transaction may go on for long after it.
    /// </param>
    public IEnumerable<Duration> LiveAges(Instant? committedAfter) =>
        from entry in oldest
        where entry.Key.Origin == 0
        select TakenAt - (committedAfter is { } floor ? Instant.Max(floor, entry.Value) : entry.Value);

    public void Drop(FrozenMark mark)
    {
        Count++;
        Frozen.Add(mark);
    }

    public void Add(HourBucket hour, Guid? taskId, Guid? agentId, short origin, Instant enqueuedAt)
    {
        Count++;
        Hours.Add(hour);
        ref var time = ref CollectionsMarshal.GetValueRefOrAddDefault(oldest, (hour, origin), out var known);
        time = known ? Instant.Min(time, enqueuedAt) : enqueuedAt;
        if (taskId is { } task)
        {
            Tasks.Add((hour, task));
        }
        else if (agentId is { } agent)
        {
            Agents.Add((hour, agent));
        }
        else
        {
            WholeHours.Add(hour);
        }
    }
}
