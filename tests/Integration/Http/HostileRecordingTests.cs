using System.IO.Compression;
using System.Net;
using System.Text;
using Shouldly;
using Xunit;

namespace Usage.Tests.Integration.Http;

/// <summary>Malicious or malformed requests: each gets a response that says what is wrong.</summary>
public sealed class HostileRecordingTests(HttpFixture fixture) : HttpTests(fixture)
{
    private const string Good = """{"usage":[{"provider":"openai","model":"hostile","input_tokens":5}]}""";

    [Theory]
    [InlineData("9999-12-31T23:59:59-18:00")]
    [InlineData("-9998-01-01T00:00:00+18:00")]
    [InlineData("9999-12-31T23:59:59Z")]
    public async Task A_time_beyond_the_calendar_is_a_problem_of_its_entry_and_the_batchs_other_tasks_are_stored(string time)
    {
        var (bad, good) = (await NewTaskAsync(), await NewTaskAsync());
        using var client = Fixture.Writer(Mine.Workspace);
        var answer = await PostAsync(client, "api/usage/batch", $$"""
            {"tasks":[
                {"task_id":"{{bad}}","usage":[{"model":"m"},{"model":"n","created_at":"{{time}}"}]},
                {"task_id":"{{good}}","usage":[{"model":"m"}]}]}
            """);

        answer.StatusCode.ShouldBe(HttpStatusCode.MultiStatus);
        var json = await JsonAsync(answer);
        var problem = json["tasks"]![0]!["problems"]!.AsArray().ShouldHaveSingleItem()!;
        ((int)problem["entry"]!, (string)problem["field"]!, (string)problem["value"]!).ShouldBe((1, "created_at", time.Trim('"')));
        problem["rule"]!.GetValue<string>().ShouldContain("at most 5 minutes ahead and 400 days back");
        json["tasks"]![1]!["status"]!.GetValue<string>().ShouldBe("stored");
        (await CountAsync(good)).ShouldBe(1);
        (await CountAsync(bad)).ShouldBe(0);
    }

    [Theory]
    [InlineData("ffffffffffffffff")]
    [InlineData("fffffffffffffffffffffffff")]
    [InlineData("-1")]
    [InlineData("xyz")]
    public async Task A_chunk_of_an_impossible_size_is_a_400(string size)
    {
        var path = $"/api/tasks/{Mine.Task}/usage";
        await using var connection = await RawConnection.OpenAsync(Fixture.Address, Cancellation);
        await connection.SendHeadAsync(path, WriterToken(), "Transfer-Encoding: chunked", Cancellation);
        await connection.SendAsync($"{size}\r\n{Good}\r\n0\r\n\r\n", Cancellation);

        (await connection.AnswerAsync(Cancellation)).Status.ShouldBe(400);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("x-nonsense")]
    public async Task A_body_in_a_content_coding_is_a_415_that_names_it(string coding)
    {
        var task = await NewTaskAsync();
        using var client = Fixture.Writer(Mine.Workspace);
        foreach (var path in (string[])[$"api/tasks/{task}/usage", "api/usage/batch"])
        {
            using ByteArrayContent body = new(Zip(Good));
            body.Headers.ContentType = new("application/json");
            body.Headers.ContentEncoding.Add(coding);
            var answer = await client.PostAsync(new Uri(path, UriKind.Relative), body, Cancellation);

            answer.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
            (await JsonAsync(answer))["detail"]!.GetValue<string>().ShouldStartWith($"Content-Encoding is '{coding}'");
            answer.Headers.GetValues("Accept-Encoding").ShouldBe(["identity"]);
        }
    }

    [Fact]
    public async Task A_body_with_identity_coding_is_read()
    {
        var task = await NewTaskAsync();
        using var client = Fixture.Writer(Mine.Workspace);
        using StringContent body = new(Good, Encoding.UTF8, "application/json");
        body.Headers.ContentEncoding.Add("identity");
        (await client.PostAsync(new Uri($"api/tasks/{task}/usage", UriKind.Relative), body, Cancellation)).StatusCode
            .ShouldBe(HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData("%20{0}")]
    [InlineData("{0}%20")]
    [InlineData("{0}%0A")]
    [InlineData("%09{0}")]
    [InlineData("%2B{1}")]
    [InlineData("0x{2}")]
    public async Task Only_an_exact_GUID_is_an_id(string form)
    {
        var task = await NewTaskAsync();
        var id = string.Format(System.Globalization.CultureInfo.InvariantCulture, form, task, $"{task}"[1..], $"{task}"[2..]);
        using var writer = Fixture.Writer(Mine.Workspace);
        (await PostAsync(writer, $"api/tasks/{id}/usage", Good)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        var inBatch = await PostAsync(writer, "api/usage/batch", $$"""
            {"tasks":[{"task_id":"{{Uri.UnescapeDataString(id).Replace("\n", "\\n").Replace("\t", "\\t")}}","usage":[{"model":"m"}]}]}
            """);
        (await JsonAsync(inBatch))["tasks"]![0]!["problems"]![0]!["field"]!.GetValue<string>().ShouldBe("task_id");

        using var reader = Fixture.Reader(Mine.Member);
        (await GetAsync(reader, $"api/tasks/{id}/usage")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await GetAsync(reader, $"api/workspaces/{Mine.Workspace}/usage/total?agent_id={id}")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await CountAsync(task)).ShouldBe(0);
    }

    private static byte[] Zip(string text)
    {
        using MemoryStream zipped = new();
        using (GZipStream gzip = new(zipped, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return zipped.ToArray();
    }

    private string WriterToken() => HttpFixture.Token(Guid.NewGuid(), ["usage.write"], [Mine.Workspace]);

    private Task<Guid> NewTaskAsync() => Database.Seed.AgentTask(Mine.Agent, Mine.Issue, Mine.Runtime);

    private Task<long> CountAsync(Guid task) =>
        Database.ScalarAsync<long>("select count(*) from public.task_usage where task_id = @task", new { task });
}
