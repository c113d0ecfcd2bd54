using System.Globalization;
using System.Text;

namespace Usage.Tests.Integration.Soak;

/// <summary>What a soak did and found.</summary>
internal sealed class SoakTable
{
    /// <summary>The longest that a change may take into its bucket while faults happen.</summary>
    public static readonly TimeSpan FreshnessBound = TimeSpan.FromSeconds(10);

    /// <summary>The longest that a claim may take, however many dead marks there are.</summary>
    public static readonly TimeSpan ClaimBound = TimeSpan.FromMilliseconds(50);

    public TimeSpan Duration { get; set; }

    public long Transactions { get; set; }

    public long Drains { get; set; }

    public long Kills { get; set; }

    public string Deaths { get; set; } = "";

    /// <summary>Times that the reader compared the rollup with the raw rows, each in one snapshot.</summary>
    public long Checks { get; set; }

    /// <summary>Buckets in which they differed although nothing was pending there, over all checks.</summary>
    public long Drift { get; set; }

    /// <summary>The oldest change that was seen not to be in its bucket, and not set aside.</summary>
    public TimeSpan Oldest { get; set; }

    public long DeadMarks { get; set; }

    public LatencyFigures Claims { get; } = new();

    public LatencyFigures Polls { get; } = new();

    public IReadOnlyList<string> Problems { get; set; } = [];

    /// <summary>Whether everything held that does not depend on how busy the machine is.</summary>
    public bool Exact => Drift == 0 && Problems.Count == 0;

    /// <summary>Whether changes and claims were as quick as they must be.</summary>
    public bool Quick => Oldest <= FreshnessBound && Claims.Percentile(0.99) <= ClaimBound;

    public override string ToString()
    {
        StringBuilder table = new("| what | figure | must be |\n|---|---|---|\n");
        Row("time", $"{Duration.TotalSeconds:0} s", "");
        Row("transactions committed by writers", $"{Transactions:N0}", "");
        Row("drains committed", $"{Drains:N0}", "");
        Row("backends killed", $"{Kills:N0}", "");
        Row("drains that ended early", $"{Deaths}", "");
        Row("comparisons while it ran, each in one snapshot", $"{Checks:N0}", "");
        Row("buckets that differed with nothing pending", $"{Drift:N0}", "0");
        Row("oldest change not in its bucket", $"{Oldest.TotalSeconds:0.00} s", $"{FreshnessBound.TotalSeconds:0} s");
        Row("dead marks behind a transaction that was open all along", $"{DeadMarks:N0}", "300,000 or more");
        Row("claim: median, 99%, longest", $"{Claims}", $"99% under {ClaimBound.TotalMilliseconds:0} ms");
        Row("idle poll: median, 99%, longest", $"{Polls}", "");
        Row("problems once it had settled", $"{Problems.Count}", "0");
        table.Append(CultureInfo.InvariantCulture, $"\nVerdict: {(Exact ? "exact" : "NOT EXACT")}, {(Quick ? "quick" : "not as quick as it must be")}\n");
        return table.AppendJoin('\n', Problems).ToString();

        void Row(string what, FormattableString figure, string bound) =>
            table.Append(CultureInfo.InvariantCulture, $"| {what} | {figure.ToString(CultureInfo.InvariantCulture)} | {bound} |\n");
    }
}
