using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Reflection;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NodaTime;
using Shouldly;
using Usage.AspNetCore.Access;
using Usage.Engine;
using Usage.Engine.Recording;
using Usage.Engine.Reporting;
using Xunit;

namespace Usage.Tests.Integration.Http;

/// <summary>A host's tests replace the engine's services by doubles, as <c>ConfigureTestServices</c> does: after the host has added them.</summary>
public sealed class ReplacedServiceTests(HttpFixture fixture) : HttpTests(fixture)
{
    private static readonly UsageFigures Figures = new(4_711, 0, 0, 0, 0, 0, 0, 0, 0, EventCount: 1, CostUsd: 0);

    [Fact]
    public async Task Reports_over_http_come_from_the_double()
    {
        await using var app = await StartAsync(Answers.To<IUsageReports>(asked => asked.Name switch
        {
            nameof(IUsageReports.WorkspaceTotalAsync) => Task.FromResult(Report(new TotalUsage(TaskCount: 3, Figures))),
            nameof(IUsageReports.WorkspaceOutcomesAsync) => Task.FromResult(
                new OutcomeReports(Report(new DailyOutcomes(new(2026, 1, 2), new(Finished: 5, 0, 0, 0, 0))), Report<AgentOutcomes>(), Report<RuntimeOutcomes>())),
            _ => throw new NotSupportedException(asked.Name),
        }));
        using var client = app.Client(Mine.Member);
        var total = await JsonAsync(await GetAsync(client, $"api/workspaces/{Mine.Workspace}/usage/total"));
        total[0]!["task_count"]!.GetValue<long>().ShouldBe(3);
        total[0]!["input_tokens"]!.GetValue<long>().ShouldBe(4_711);
        var ended = await JsonAsync(await GetAsync(client, $"api/workspaces/{Mine.Workspace}/outcomes/daily"));
        ended[0]!["finished"]!.GetValue<long>().ShouldBe(5);
    }

    [Fact]
    public async Task The_double_of_the_engine_is_paused()
    {
        List<string> calls = [];
        await using var app = await StartAsync(Answers.To<IUsageEngine>(asked =>
        {
            calls.Add(asked.Name);
            return Task.CompletedTask;
        }));
        using var client = app.Client(Mine.Member);
        (await PostAsync(client, "api/usage/pause", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        calls.ShouldBe([nameof(IUsageEngine.PauseAsync)]);
        (await Database.ScalarAsync<bool>("select paused_at is null from usage_rollup.control")).ShouldBeTrue();
    }

    [Fact]
    public async Task Recordings_over_http_reach_the_double_only()
    {
        List<string> models = [];
        await using var app = await StartAsync(Answers.To<IUsageRecorder>(asked =>
        {
            models.AddRange(((IReadOnlyList<UsageEntry>)asked.Arguments[1]!).Select(entry => entry.Model!));
            return Task.CompletedTask;
        }));
        using var client = app.Client(Mine.Member);
        const string Body = """{"usage":[{"provider":"openai","model":"of the double","input_tokens":5}]}""";
        (await PostAsync(client, $"api/tasks/{Mine.Task}/usage", Body)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        models.ShouldBe(["of the double"]);
        (await Database.ScalarAsync<long>("select count(*) from public.task_usage where model = 'of the double'")).ShouldBe(0);
    }

    private static UsageReport<TRow> Report<TRow>(params TRow[] rows) => new(rows, ReportSource.Rollup, DateTimeZone.Utc, []);

    private async Task<WebApplication> StartAsync<TService>(TService service)
        where TService : class
    {
        var app = EmbeddedHost.Build(Database.DataSource, services =>
        {
            services.AddBadges();
            services.AddScoped<IUsageAccess, EverythingAllowed>();
            services.Replace(ServiceDescriptor.Singleton(service));
        });
        await app.StartAsync(Cancellation);
        return app;
    }

    private sealed class EverythingAllowed : IUsageAccess
    {
        public Guid? ViewerOf(ClaimsPrincipal caller) => null;

        public ValueTask<bool> MayReadAsync(ClaimsPrincipal caller, Guid workspaceId, CancellationToken cancellationToken) => new(true);

        public bool MayRecord(ClaimsPrincipal caller) => true;

        public ValueTask<bool> MayRecordAsync(ClaimsPrincipal caller, Guid workspaceId, CancellationToken cancellationToken) => new(true);

        public bool MayOperate(ClaimsPrincipal caller) => true;
    }

    /// <summary>Answers each call of an interface by one function, as the usual libraries for doubles do.</summary>
    [SuppressMessage("Performance", "CA1852", Justification = "The proxy derives from it.")]
    private class Answers : DispatchProxy
    {
        private Func<Call, object?> answer = null!;

        public static TService To<TService>(Func<Call, object?> answer)
            where TService : class
        {
            var service = Create<TService, Answers>();
            ((Answers)(object)service).answer = answer;
            return service;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => answer(new(targetMethod!.Name, args ?? []));
    }

    private sealed record Call(string Name, IReadOnlyList<object?> Arguments);
}
