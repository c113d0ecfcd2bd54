using Usage.Benchmarks.DataSets;
using Usage.Benchmarks.Serving;

namespace Usage.Benchmarks.Reads;

/// <summary>
/// Requests reports from a real host, one after the other over one persistent connection, and reads each response completely.
/// </summary>
internal sealed class ReportsOverHttp(DataSet data, TimeProvider time)
{
    private const int Rounds = 20;
    private const int SlowRounds = 5;

    /// <summary>Slower reports take part in fewer rounds.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(250);

    /// <summary>Disables the rate limit, because no viewer reads this often.</summary>
    private static readonly Dictionary<string, string> Unlimited = new() { ["Usage__Http__ReadsPerMinute"] = "1000000" };

    public async Task RunAsync(IReadOnlyList<ReportTimes> reports, CancellationToken cancellationToken)
    {
        await using var host = await ServedHost.StartAsync(data, time, Unlimited, cancellationToken);
        using HttpClient client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { BaseAddress = host.BaseAddress };

        // The first responses include JIT compilation and don't count.
        var slow = new HashSet<ReportTimes>();
        foreach (var report in reports)
        {
            await AskAsync(client, report, cancellationToken);
            if (await AskAsync(client, report, cancellationToken) >= Slow)
            {
                slow.Add(report);
            }
        }

        for (var round = 0; round < Rounds; round++)
        {
            foreach (var report in reports.Where(report => round < SlowRounds || !slow.Contains(report)))
            {
                report.Http.Add((await AskAsync(client, report, cancellationToken)).TotalMilliseconds);
            }
        }
    }

    private async Task<TimeSpan> AskAsync(HttpClient client, ReportTimes report, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var answer = await client.GetAsync(report.Question.Uri, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await answer.Content.CopyToAsync(Stream.Null, cancellationToken);
        var took = time.GetElapsedTime(started);
        answer.EnsureSuccessStatusCode();
        var source = string.Concat(answer.Headers.GetValues("X-Usage-Source"));
        return source == "rollup"
            ? took
            : throw new InvalidOperationException($"{report.Question.Uri} was answered from {source} instead of the rollup.");
    }
}
