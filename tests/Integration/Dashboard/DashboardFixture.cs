using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Usage.Engine;
using Usage.Engine.Maintenance;
using Usage.Engine.Pricing;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Dashboard;

[CollectionDefinition("Dashboard")]
public sealed class DashboardCollection : ICollectionFixture<DashboardFixture>;

/// <summary>
/// An embedding host with the dashboard, three months of usage in one workspace, and other workspaces without usage.
/// </summary>
public sealed class DashboardFixture(PostgresFixture postgres, Browser browser) : IAsyncLifetime
{
    // Numbers that don't repeat, so that every figure is unique.
    private const string UsageSql = """
        insert into public.agent_task_queue (id, agent_id, issue_id, runtime_id, status, created_at, started_at, completed_at)
        select gen_random_uuid(), (@agents::uuid[])[1 + n * n % cardinality(@agents)], (@issues::uuid[])[1 + n % cardinality(@issues)],
               (@runtimes::uuid[])[1 + n % cardinality(@runtimes)], case when n % 9 = 0 then 'failed' when n % 14 = 0 then 'cancelled' else 'completed' end,
               now() - n * interval '5 hours 17 minutes', now() - n * interval '5 hours 17 minutes', now() - n * interval '5 hours 10 minutes'
        from generate_series(1, 400) n;

        insert into public.task_usage (
            task_id, provider, model, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd_ticks, created_at)
        select t.id, p.provider, p.model, 1000 + t.n * 7919 % 5003, 100 + t.n * 104729 % 997, t.n * 1299709 % 40009, t.n * 611953 % 809,
               case when p.place % 4 = 0 then 1000000 + t.n * 15485863 % 90000017 end, t.created_at
        from (select id, created_at, row_number() over (order by created_at) as n from public.agent_task_queue) t
        cross join unnest(@providers::text[], @models::text[]) with ordinality p (provider, model, place)
        where t.n % 12 = p.place or t.n % 5 = p.place
        """;

    private static readonly (string Provider, string Model)[] Models =
    [
        ("anthropic", "claude-sonnet-4-5"), ("openai", "gpt-5"), ("openai", "gpt-5-mini"), ("google", "gemini-2.5-pro"),
        ("anthropic", "claude-opus-4-1"), ("", "home-grown"), ("openai", "o3"), ("azure", "gpt-5"), ("x", "=cmd|' /C calc'!A0"),
        ("anthropic", "<b>bold</b>"), ("anthropic", new string('m', 190)), ("anthropic", "claude-haiku-4-5"),
    ];

    public TestDatabase Database { get; private set; } = null!;

    public WebApplication App { get; private set; } = null!;

    public Guid Viewer { get; private set; }

    public Guid Workspace { get; private set; }

    /// <summary>Another workspace of the viewer, without usage.</summary>
    public Guid Empty { get; private set; }

    /// <summary>A workspace of forty models, in another one of the viewer's.</summary>
    public Guid Many { get; private set; }

    /// <summary>A workspace with one task of one model, today.</summary>
    public Guid Lone { get; private set; }

    /// <summary>A workspace that the viewer may not read.</summary>
    public Guid Foreign { get; private set; }

    public Guid[] Agents { get; private set; } = [];

    public Guid[] Projects { get; private set; } = [];

    public Guid[] Issues { get; private set; } = [];

    public Guid Runtime { get; private set; }

    public Guid Task { get; private set; }

    public IUsageEngine Engine => App.Services.GetRequiredService<IUsageEngine>();

    public async ValueTask InitializeAsync()
    {
        Database = await postgres.CreateDatabaseAsync();
        await FillAsync(Database.Seed);
        App = await DashboardHost.StartAsync(Database);
        await App.Services.GetRequiredService<PriceStore>().LoadStartListAsync();
        await Engine.BackfillAsync(new BackfillRequest());
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Database.DisposeAsync();
    }

    public HttpClient Client(string? badge = null) => App.Client(badge ?? Viewer.ToString());

    /// <summary>Opens a browser window that is signed in and collects errors.</summary>
    public async Task<BrowserPage> VisitAsync(
        int width = 1440, ColorScheme theme = ColorScheme.Light, bool isOperator = false, bool scripts = true) => new(
        await browser.OpenAsync(
            width, theme, [new(DashboardHost.Badge, (isOperator ? DashboardHost.Operator : "") + Viewer)], scripts),
        new Uri(App.Urls.Single()));

    /// <summary>The address of every page, with content.</summary>
    public IReadOnlyList<string> Pages =>
    [
        "usage/", $"usage/workspace?id={Workspace}", $"usage/workspace?id={Workspace}&days=1", $"usage/workspace?id={Workspace}&days=90&measure=tokens&by=class",
        $"usage/workspace?id={Workspace}&by=agent&all=true", $"usage/workspace?id={Empty}", $"usage/workspace?id={Many}&all=true", $"usage/workspace?id={Lone}", $"usage/runtime?id={Runtime}", $"usage/agent?id={Agents[0]}",
        $"usage/project?id={Projects[0]}", $"usage/model?id={Workspace}&provider=openai&model=gpt-5", $"usage/issue?id={Issues[0]}",
        $"usage/task?id={Task}", "usage/prices", "usage/operate", $"usage/workspace?id={Foreign}", $"usage/workspace?id={Workspace}&days=0",
    ];

    private async Task<Guid> FillModelsAsync(Seed seed, string name, int models)
    {
        var workspace = await seed.Workspace(name);
        await seed.Member(workspace, Viewer);
        var runtime = await seed.Runtime(workspace, "openai");
        var task = await seed.AgentTask(await seed.Agent(workspace, runtime), await seed.Issue(workspace), runtime);
        for (var number = 1; number <= models; number++)
        {
            await seed.UsageRow(task, "openai", $"model-{number}", input: 1_000 * number, output: 100, cost: 1_000_000 * number);
        }

        return workspace;
    }

    private async Task FillAsync(Seed seed)
    {
        Viewer = await seed.User("America/St_Johns");
        (Workspace, Empty, Foreign) = (await seed.Workspace("Copper Labs"), await seed.Workspace("Nothing yet"), await seed.Workspace("Not yours"));
        await seed.Member(Workspace, Viewer);
        await seed.Member(Empty, Viewer);
        Runtime = await seed.Runtime(Workspace, "openai", "runner-1");
        Guid?[] runtimes = [Runtime, await seed.Runtime(Workspace, "anthropic", "runner-2"), null];
        Projects = [await seed.Project(Workspace, "Checkout"), await seed.Project(Workspace, "Billing & <taxes>")];
        Issues = [await seed.Issue(Workspace, Projects[0], "Fix the retry policy"), await seed.Issue(Workspace, Projects[1]), await seed.Issue(Workspace)];
        List<Guid> agents = [];
        for (var number = 0; number < 12; number++)
        {
            agents.Add(await seed.Agent(Workspace, Runtime, number == 3 ? new string('W', 120) : $"Agent {number}"));
        }

        Agents = [.. agents];
        await Database.ExecuteAsync(UsageSql, new
        {
            agents = Agents, issues = Issues, runtimes, providers = Models.Select(model => model.Provider).ToArray(),
            models = Models.Select(model => model.Model).ToArray(),
        });
        Task = await Database.ScalarAsync<Guid>("select id from public.agent_task_queue order by created_at desc limit 1");
        Many = await FillModelsAsync(seed, "Forty models", 40);
        Lone = await FillModelsAsync(seed, "One model", 1);
    }
}
