using Usage.Benchmarks.DataSets;
using Usage.Benchmarks.Serving;

namespace Usage.Benchmarks.Reads;

/// <summary>Asks a real host for reports, one after the other over one connection that stays open, and reads each answer to its end.</summary>
internal sealed class ReportsOverHttp(DataSet data, TimeProvider time)
{
    private const int Rounds = 20;
    private const int SlowRounds = 5;

    /// <summary>From here on a report takes part in a few rounds only.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(250);

    /// <summary>No viewer reads this often; the limit that is meant for them is out of the way.</summary>
    private static readonly Dictionary<string, string> Unlimited = new() { ["Usage__Http__ReadsPerMinute"] = "1000000" };

    public async Task RunAsync(IReadOnlyList<ReportTimes> reports, CancellationToken cancellationToken)
    {
        await using var host = await ServedHost.StartAsync(data, time, Unlimited, cancellationToken);
        using HttpClient client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { BaseAddress = host.BaseAddress };

        // The first answers are those of a program that is still being compiled, and don't count.
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
            : throw new InvalidOperationException($"{report.Question.Uri} was answered from {source}: it must be from the rollup.");
    }
}
