using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Shouldly;
using Usage.Tests.Integration.Cli;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Packages;

/// <summary>Applications that somebody makes from the READMEs, on the packages alone, with tables of their own.</summary>
[Collection<PackagesCollection>]
public sealed class NewApplicationTests(PackedPackages packages, PostgresFixture postgres)
{
    private const string IsMigrated = "select to_regclass('usage_rollup.model_price') is not null";

    /// <summary>The engine has looked at all history, of which there is none.</summary>
    private const string IsComplete = "select exists (select from usage_rollup.backfill where completed_at is not null)";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_web_application_records_usage_and_reads_it_from_the_rollup_over_HTTP()
    {
        await using var database = await ApplicationDatabase.CreateAsync(postgres);
        var task = await database.Seed.LoneTask();
        var workspace = await database.ScalarAsync<Guid>("select id from workspace");
        var member = await database.ScalarAsync<Guid>(
            """
            with someone as (insert into "user" (id, email) values (gen_random_uuid(), 'someone@example.com') returning id)
            insert into member (id, workspace_id, user_id, role) select gen_random_uuid(), @workspace, id, 'member' from someone returning user_id
            """, new { workspace });

        var program = await NewApplication.BuildAsync(packages, "README.md", packages.Clone);
        var key = RandomNumberGenerator.GetBytes(32);
        await using var api = Start(program, database, new()
        {
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            ["Authentication__Schemes__Bearer__ValidIssuer"] = ApplicationToken.Issuer,
            ["Authentication__Schemes__Bearer__ValidAudiences__0"] = ApplicationToken.Audience,
            ["Authentication__Schemes__Bearer__SigningKeys__0__Issuer"] = ApplicationToken.Issuer,
            ["Authentication__Schemes__Bearer__SigningKeys__0__Value"] = Convert.ToBase64String(key),
        });
        using HttpClient client = new() { BaseAddress = await AddressAsync(api) };
        await database.UntilAsync(IsMigrated);
        await database.UntilAsync(IsComplete);
        (await client.PostAsync($"/tasks/{task}/done", null, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        client.DefaultRequestHeaders.Authorization = new("Bearer", ApplicationToken.Create(key, member));
        (await client.PostAsync($"/tasks/{task}/done", null, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await database.UntilAsync("select exists (select from usage_rollup.hourly where input_tokens = 1200 and output_tokens = 340)");

        using var answer = await client.GetAsync($"/api/workspaces/{workspace}/usage/daily?days=2", Cancellation);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Cancellation));
        answer.Headers.GetValues("X-Usage-Source").ShouldBe(["rollup"]);
        var row = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation)).RootElement.EnumerateArray().Single();
        row.GetProperty("input_tokens").GetInt64().ShouldBe(1_200);
        (await client.GetAsync("/health/ready", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);

        await api.TerminateAsync();
        (await api.EndAsync()).ShouldExitWith(0);
    }

    [Fact]
    public async Task A_new_worker_records_in_its_own_transaction_and_needs_no_web_framework()
    {
        await using var database = await ApplicationDatabase.CreateAsync(postgres);
        var task = await database.Seed.LoneTask();
        var program = await NewApplication.BuildAsync(packages, "src/Usage.Engine/README.md", packages.Outside);
        await using var worker = Start(program, database, []);
        await database.UntilAsync(IsMigrated);
        await database.UntilAsync(IsComplete);
        await database.ExecuteAsync("update agent_task_queue set status = 'running' where id = @task", new { task });
        await database.UntilAsync("select exists (select from usage_rollup.hourly where input_tokens = 900)");
        (await database.ScalarAsync<string>("select status from agent_task_queue where id = @task", new { task })).ShouldBe("completed");
        await worker.TerminateAsync();
        (await worker.EndAsync()).ShouldExitWith(0);

        await WebFramework.ShouldBeAbsentFromAsync(packages, Path.Combine(packages.Outside, "Worker"), program);
    }

    private ChildProcess Start(string program, TestDatabase database, Dictionary<string, string?> settings) =>
        ChildProcess.Start("bash", ["-c", "cd -- \"${0%/*}\" && exec dotnet \"$0\"", program], packages.Environment.Concat(settings).Concat(new Dictionary<string, string?>
        {
            ["ConnectionStrings__App"] = database.ConnectionString,
            ["Usage__ApplyMigrations"] = "true",
        }));

    private static async Task<Uri> AddressAsync(ChildProcess program)
    {
        const string Announcement = "Now listening on: ";
        while (true)
        {
            var line = await program.NextLineAsync();
            if (line.IndexOf(Announcement, StringComparison.Ordinal) is >= 0 and var at)
            {
                return new(line[(at + Announcement.Length)..].Trim());
            }
        }
    }
}
