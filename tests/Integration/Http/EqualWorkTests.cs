using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Shouldly;
using Xunit;

namespace Usage.Tests.Integration.Http;

public sealed class EqualWorkTests(HttpFixture fixture) : HttpTests(fixture)
{
    [Fact]
    public async Task An_id_of_another_workspace_runs_the_same_statements_as_a_missing_one()
    {
        using var client = Fixture.Reader(Mine.Member);
        foreach (var (theirs, missing) in Theirs.Reads.Zip(Theirs.Nowhere.Reads))
        {
            var statements = await StatementsAsync(client, theirs);
            statements.ShouldNotBeEmpty(theirs);
            (await StatementsAsync(client, missing)).ShouldBe(statements, missing);
        }
    }

    /// <summary>The statements of one request, identified by its trace.</summary>
    private static async Task<IReadOnlyList<string>> StatementsAsync(HttpClient client, string route)
    {
        using Activity request = new("request");
        request.Start();
        ConcurrentQueue<Activity> commands = [];
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == request.TraceId && activity.Source.Name == "Npgsql")
                {
                    commands.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        (await GetAsync(client, route)).StatusCode.ShouldBe(HttpStatusCode.NotFound, route);
        return [.. commands.Select(command => command.GetTagItem("db.query.text") as string).OfType<string>()];
    }
}
