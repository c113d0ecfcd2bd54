namespace Usage.Demo;

/// <summary>The traffic of a load run.</summary>
internal sealed record LoadRequest
{
    /// <summary>A trace to replay; null to generate requests.</summary>
    public string? Trace { get; init; }

    /// <summary>Speed factor of a replayed trace, greater than 0.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>Generated requests per second, greater than 0.</summary>
    public double Rate { get; init; } = 20;

    /// <summary>Duration of generated traffic.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Number of concurrent requests, at least 1.</summary>
    public int Connections { get; init; } = 4;

    /// <summary>Whether to also correct, move, delete and commit late.</summary>
    public bool Mixed { get; init; }

    /// <summary>The host to record usage on; null to record in this process.</summary>
    public Uri? Http { get; init; }

    /// <summary>The token for that host.</summary>
    public string? Token { get; init; }

    /// <summary>Whether to verify the rollup at the end.</summary>
    public bool Verify { get; init; }
}
