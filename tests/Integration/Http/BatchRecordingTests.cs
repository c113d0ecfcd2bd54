using System.Net;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Usage.Tests.Integration.Http;

public sealed class BatchRecordingTests(HttpFixture fixture) : HttpTests(fixture)
{
    private const string Usage = """[{"model":"batched","input_tokens":1}]""";

    [Fact]
    public async Task A_batch_that_is_stored_as_a_whole_is_a_200()
    {
        var (first, second) = (await NewTaskAsync(), await NewTaskAsync());
        using var client = Fixture.Writer(Mine.Workspace, Theirs.Workspace);
        var answer = await PostAsync(client, "api/usage/batch", Batch(Item(first, Usage), Item(second, Usage), Item(Theirs.Task, Usage)));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        Statuses(await JsonAsync(answer)).ShouldBe([$"{first} stored", $"{second} stored", $"{Theirs.Task} stored"]);
        (await CountAsync(first)).ShouldBe(1);
    }

    [Fact]
    public async Task Each_task_has_its_own_result_in_the_order_given()
    {
        var (good, bad, wrong, unknown) = (await NewTaskAsync(), await NewTaskAsync(), await NewTaskAsync(), Guid.NewGuid());
        using var client = Fixture.Writer(Mine.Workspace);
        var answer = await PostAsync(client, "api/usage/batch", Batch(
            Item(bad, """[{"model":"m","input_tokens":-1}]"""), Item(good, Usage), Item(wrong, """[{"model":"m","input_tokens":"1"}]"""),
            Item(unknown, Usage), Item(good, Usage), """{"task_id":"none","usage":[]}""", "7", $$"""{"task_id":"{{bad}}"}"""));
        answer.StatusCode.ShouldBe(HttpStatusCode.MultiStatus);
        var json = await JsonAsync(answer);
        Statuses(json).ShouldBe([
            $"{bad} refused", $"{good} stored", $"{wrong} refused", $"{unknown} unknown_task", $"{good} refused", " refused", " refused",
            $"{bad} refused"]);
        json["tasks"]![0]!["problems"]![0]!["field"]!.GetValue<string>().ShouldBe("input_tokens");
        json["tasks"]![2]!["problems"]![0]!["rule"]!.GetValue<string>().ShouldBe("must be a whole number");
        json["tasks"]![4]!["problems"]![0]!["rule"]!.GetValue<string>().ShouldBe("must appear only once in a batch");
        json["tasks"]![5]!["problems"]![0]!["field"]!.GetValue<string>().ShouldBe("task_id");
        (await CountAsync(good)).ShouldBe(1);
        (await CountAsync(wrong)).ShouldBe(0);
    }

    [Fact]
    public async Task A_task_of_another_workspace_is_unknown_like_one_that_is_missing_and_is_left_alone()
    {
        using var client = Fixture.Writer(Mine.Workspace);
        foreach (var usage in (string[])[Usage, "[]", """[{"model":7}]"""])
        {
            var foreign = (await JsonAsync(await PostAsync(client, "api/usage/batch", Batch(Item(Theirs.Task, usage))))).ToJsonString();
            var missing = Guid.NewGuid();
            var other = (await JsonAsync(await PostAsync(client, "api/usage/batch", Batch(Item(missing, usage))))).ToJsonString();
            foreign.ShouldContain("unknown_task");
            foreign.Replace(Theirs.Task.ToString(), missing.ToString(), StringComparison.Ordinal).ShouldBe(other);
        }
    }

    [Theory]
    [InlineData("""{}""", "tasks")]
    [InlineData("""{"tasks":7}""", "tasks")]
    [InlineData("""{"tasks":[]}""", "tasks")]
    public async Task A_batch_without_tasks_is_refused_as_a_whole(string body, string field)
    {
        using var client = Fixture.Writer(Mine.Workspace);
        (await ErrorsAsync(await PostAsync(client, "api/usage/batch", body)))[0]!["field"]!.GetValue<string>().ShouldBe(field);
    }

    [Fact]
    public async Task A_batch_of_more_than_1000_entries_is_refused_as_a_whole()
    {
        var hundred = $"[{string.Join(',', Enumerable.Range(0, 100).Select(number => $$"""{"model":"m{{number}}"}"""))}]";
        var good = await NewTaskAsync();
        using var client = Fixture.Writer(Mine.Workspace);
        var body = Batch([Item(good, Usage), .. Enumerable.Range(0, 10).Select(_ => Item(Guid.NewGuid(), hundred))]);
        var errors = await ErrorsAsync(await PostAsync(client, "api/usage/batch", body));
        errors[0]!["value"]!.GetValue<string>().ShouldBe("1001");
        (await CountAsync(good)).ShouldBe(0);
    }

    private static string Item(Guid task, string usage) => $$"""{"task_id":"{{task}}","usage":{{usage}}}""";

    private static string Batch(params string[] items) => $$"""{"tasks":[{{string.Join(',', items)}}]}""";

    private static IEnumerable<string> Statuses(JsonNode json) => json["tasks"]!.AsArray().Select(task => $"{task!["task_id"]} {task["status"]}");

    private Task<Guid> NewTaskAsync() => Database.Seed.AgentTask(Mine.Agent, Mine.Issue, Mine.Runtime);

    private Task<long> CountAsync(Guid task) =>
        Database.ScalarAsync<long>("select count(*) from public.task_usage where task_id = @task", new { task });
}
