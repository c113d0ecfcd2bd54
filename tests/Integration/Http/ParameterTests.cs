using System.Net;
using Shouldly;
using Xunit;

namespace Usage.Tests.Integration.Http;

public sealed class ParameterTests(HttpFixture fixture) : HttpTests(fixture)
{
    private static readonly (string Parameter, string Query)[] OfZone =
    [
        ("tz", "tz=Local"), ("tz", "tz=Mars/Base"), ("tz", "tz="), ("tz", "tz=%2B05:30"), ("tz", "tz=a%00b"), ("tz", "tz=UTC&tz=UTC"),
    ];

    private static readonly (string Parameter, string Query)[] OfWindow =
    [
        .. OfZone,
        ("days", "days=0"), ("days", "days=366"), ("days", "days=-1"), ("days", "days=1.5"), ("days", "days=seven"), ("days", "days="),
        ("days", "days=99999999999"), ("days", "days=%2B7"), ("days", "days=7&days=8"), ("days", "days=7&from=2026-01-01"),
        ("days", "days=7&from=2026-01-01&to=2026-01-02"), ("days", "days=7&to=2026-01-01"),
        ("from", "from=2026-13-01&to=2026-12-31"), ("from", "from=yesterday&to=2026-01-01"), ("from", "from=&to=2026-01-01"),
        ("from", "from=2026-01-01T00:00:00Z&to=2026-01-02"), ("from", "to=2026-01-01"),
        ("to", "from=2026-01-01"), ("to", "from=2026-01-01&to=2026-02-30"), ("to", "from=2026-01-02&to=2026-01-01"),
        ("to", "from=2024-01-01&to=2026-01-01"), ("from", "from=-9998-01-01&to=2026-01-01"), ("to", "from=2026-01-01&to=9999-12-31"),
        ("from", "from=1999-12-30&to=2000-01-01"), ("to", "from=2100-12-31&to=2101-01-02"),
        ("fresh", "fresh=yes"), ("fresh", "fresh="), ("fresh", "fresh=True"), ("fresh", "fresh=1"),
    ];

    private static readonly (string Parameter, string Query)[] OfWorkspace =
    [
        .. OfWindow,
        ("project_id", "project_id=None"), ("project_id", "project_id="), ("project_id", "project_id=7"),
        ("runtime_id", "runtime_id=other"), ("runtime_id", "runtime_id="), ("runtime_id", "runtime_id=7"),
        ("agent_id", "agent_id=none"), ("agent_id", "agent_id=Other"), ("agent_id", "agent_id="), ("agent_id", "agent_id=%205b8a7c5e-0000-0000-0000-000000000000"), ("agent_id", "agent_id=%7B5b8a7c5e-0000-0000-0000-000000000000%7D"),
        ("provider", "provider=a%00b"), ("provider", $"provider={new string('x', 201)}"), ("provider", "provider=a&provider=b"),
        ("model", "model="), ("model", "model=a%00b"), ("model", $"model={new string('x', 201)}"),
    ];

    [Fact]
    public async Task Every_invalid_parameter_of_every_workspace_report_is_reported_with_its_value_and_rule() =>
        await CheckAsync(Mine.OfWorkspace, OfWorkspace);

    [Fact]
    public async Task Every_invalid_parameter_of_every_runtime_report_is_reported_with_its_value_and_rule() =>
        await CheckAsync(Mine.Windowed.Except(Mine.OfWorkspace), OfWindow);

    [Fact]
    public async Task An_invalid_time_zone_of_the_activity_report_is_reported_with_its_value_and_rule() =>
        await CheckAsync([$"api/runtimes/{Mine.Runtime}/activity"], OfZone);

    [Fact]
    public async Task All_invalid_parameters_are_reported_at_once()
    {
        using var client = Fixture.Reader(Mine.Member);
        var errors = await ErrorsAsync(await GetAsync(client, $"{Mine.OfWorkspace[0]}?tz=Mars&days=0&fresh=2&project_id=x&agent_id=y&model="));
        errors.Select(error => (string?)error!["parameter"]).ShouldBe(["tz", "project_id", "agent_id", "model", "fresh", "days"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("days=1")]
    [InlineData("days=365&tz=Pacific/Chatham")]
    [InlineData("from=2024-01-01&to=2025-12-31")]
    [InlineData("from=1999-12-31&to=2000-01-01&tz=Etc/GMT%2B12")]
    [InlineData("from=2100-12-31&to=2101-01-01&tz=Pacific/Kiritimati")]
    [InlineData("from=2024-02-29&to=2024-02-29&fresh=true")]
    [InlineData("project_id=none&provider=&fresh=false")]
    [InlineData("runtime_id=none&agent_id=other")]
    [InlineData("unknown=7&tz=America/St_Johns")]
    public async Task Valid_parameters_are_accepted(string query)
    {
        using var client = Fixture.Reader(Mine.Member);
        foreach (var route in Mine.OfWorkspace)
        {
            (await GetAsync(client, $"{route}?{query}")).StatusCode.ShouldBe(HttpStatusCode.OK, route);
        }
    }

    [Theory]
    [InlineData("from=9999-12-31&to=9999-12-31")]
    [InlineData("from=-9998-01-01&to=-9998-01-01")]
    [InlineData("from=9999-12-31&to=9999-12-31&tz=Pacific/Kiritimati")]
    [InlineData("from=-9998-01-01&to=-9998-01-02&tz=Etc/GMT%2B12")]
    public async Task A_date_outside_the_rollups_range_is_rejected_with_the_allowed_range(string query)
    {
        using var client = Fixture.Reader(Mine.Member);
        foreach (var route in Mine.Windowed)
        {
            var errors = await ErrorsAsync(await GetAsync(client, $"{route}?{query}"));
            errors.Select(error => (string?)error!["parameter"]).ShouldBe(["from", "to"]);
            ((string?)errors[0]!["allowed"])!.ShouldContain("from 1999-12-31 to 2101-01-01");
        }
    }

    [Fact]
    public async Task Every_invalid_parameter_of_an_operation_is_reported_with_its_value_and_rule()
    {
        using var client = Fixture.Operator();
        (string Route, string Parameter, string Query)[] bad =
        [
            ("drain", "workspace_id", "workspace_id=none"), ("drain", "workspace_id", "workspace_id="),
            ("backfill", "from", "from=today"), ("backfill", "from", "from=1999-12-31"), ("backfill", "to", "to=2102-01-01"),
            ("backfill", "to", "from=2026-01-02&to=2026-01-01"), ("backfill", "dry_run", "dry_run=1"),
            ("backfill", "from", "from=9999-12-31T23:59:59-18:00"), ("verify", "to", "to=9999-12-31T23:59:59-18:00"),
            ("verify", "from", "from=-9998-01-01T00:00:00%2B18:00"), ("verify", "from", "from=-9998-01-01"),
            ("verify", "from", "from="), ("verify", "to", "to=2026-01-01T00:00"), ("verify", "to", "from=2026-01-01&to=2026-01-01"),
            ("verify", "repair", "repair=x"), ("verify", "list_at_most", "list_at_most=-1"), ("verify", "list_at_most", "list_at_most=10001"),
        ];
        foreach (var (route, parameter, query) in bad)
        {
            var errors = await ErrorsAsync(await PostAsync(client, $"api/usage/{route}?{query}", null));
            ((string?)errors.ShouldHaveSingleItem()!["parameter"]).ShouldBe(parameter, query);
        }
    }

    [Fact]
    public async Task A_range_accepts_the_same_formats_as_the_programs_options()
    {
        using var client = Fixture.Operator();
        foreach (var form in (string[])["2026-01-31", "2026-01-31T18:00:00Z", "2026-01-31T18:00Z", "2026-01-31T23:30%2B05:30"])
        {
            (await PostAsync(client, $"api/usage/backfill?dry_run=true&from={form}", null)).StatusCode.ShouldBe(HttpStatusCode.OK, form);
        }
    }

    private async Task CheckAsync(IEnumerable<string> routes, (string Parameter, string Query)[] bad)
    {
        using var client = Fixture.Reader(Mine.Member);
        foreach (var route in routes)
        {
            foreach (var (parameter, query) in bad)
            {
                var errors = await ErrorsAsync(await GetAsync(client, $"{route}?{query}"));
                var error = errors.ShouldHaveSingleItem($"{query}: {errors.ToJsonString()}")!.AsObject();
                ((string?)error["parameter"]).ShouldBe(parameter, query);
                ((string?)error["allowed"]).ShouldStartWith("must", customMessage: query);
                error.ContainsKey("value").ShouldBeTrue();
            }
        }
    }
}
