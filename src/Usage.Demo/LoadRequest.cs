namespace Usage.Demo;

/// <summary>What traffic a load run sends.</summary>
internal sealed record LoadRequest
{
    /// <summary>A trace to replay; null: requests are generated.</summary>
    public string? Trace { get; init; }

    /// <summary>How many times as fast as recorded a trace is replayed, over 0.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>Generated requests a second, over 0.</summary>
    public double Rate { get; init; } = 20;

    /// <summary>How long requests are generated.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Requests that are sent at once, at least 1.</summary>
    public int Connections { get; init; } = 4;

    /// <summary>Whether reports are also corrected, moved, deleted and committed late.</summary>
    public bool Mixed { get; init; }

    /// <summary>The host that usage is reported to; null: it is recorded in this process.</summary>
    public Uri? Http { get; init; }

    /// <summary>The token for that host.</summary>
    public string? Token { get; init; }

    /// <summary>Whether the rollup is verified at the end.</summary>
    public bool Verify { get; init; }
}
