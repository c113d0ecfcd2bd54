namespace Usage.Demo.Traffic;

/// <summary>Counters of the traffic. Each worker has its own; they are added up at the end.</summary>
internal sealed class TrafficFigures
{
    public LatencyHistogram Latencies { get; } = new();

    public long Requests { get; set; }

    public long Tasks { get; set; }

    public long InputTokens { get; set; }

    public long OutputTokens { get; set; }

    public long Corrections { get; set; }

    public long Moves { get; set; }

    public long Deletes { get; set; }

    public long LateCommits { get; set; }

    /// <summary>The longest delay between a request's arrival and its sending.</summary>
    public TimeSpan MostBehind { get; set; }

    public void Add(TrafficFigures other)
    {
        Latencies.Add(other.Latencies);
        Requests += other.Requests;
        Tasks += other.Tasks;
        InputTokens += other.InputTokens;
        OutputTokens += other.OutputTokens;
        Corrections += other.Corrections;
        Moves += other.Moves;
        Deletes += other.Deletes;
        LateCommits += other.LateCommits;
        MostBehind = MostBehind > other.MostBehind ? MostBehind : other.MostBehind;
    }
}
