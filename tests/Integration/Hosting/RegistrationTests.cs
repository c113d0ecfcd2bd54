using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;
using Shouldly;
using Usage.Engine;
using Xunit;

namespace Usage.Tests.Integration.Hosting;

/// <summary>Registering the engine, and errors at registration or start. No database is used.</summary>
public sealed class RegistrationTests
{
    private const string Somewhere = "Host=127.0.0.1;Port=1;Username=nobody";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Adding_the_engine_twice_is_an_error_that_says_what_to_do()
    {
        var services = new ServiceCollection().AddUsageEngine();
        Should.Throw<InvalidOperationException>(() => services.AddUsageEngine(options => options.MaxDuty = 0.3)).Message
            .ShouldSatisfyAllConditions(
                message => message.ShouldContain("AddUsageEngine was called twice"),
                message => message.ShouldContain("services.Configure<UsageEngineOptions>"));
        Should.Throw<InvalidOperationException>(() => services.AddUsageEngine(Section()));
        services.Count(service => service.ServiceType == typeof(IHostedService)).ShouldBe(3, "one loop, one that reads the gauges and one that verifies, on one object");
    }

    [Fact]
    public async Task Options_come_from_the_section_and_code_overrides_them()
    {
        await using var services = new ServiceCollection()
            .AddUsageEngine(
                Section(("MaxDuty", "0.25"), ("PollInterval", "00:00:02"), ("ReportMode", "raw"), ("Auth:Mode", "None"),
                    ("ConnectionString", Somewhere)))
            .Configure<UsageEngineOptions>(options => options.MaxHoursPerBatch = 7)
            .BuildServiceProvider();
        var options = services.GetRequiredService<IOptions<UsageEngineOptions>>().Value;
        (options.MaxDuty, options.PollInterval, options.ReportMode, options.MaxHoursPerBatch, options.ConnectionString)
            .ShouldBe((0.25, TimeSpan.FromSeconds(2), Engine.Reporting.ReportMode.Raw, 7, Somewhere));
    }

    [Fact]
    public void The_configuration_root_is_not_accepted_as_a_section()
    {
        var root = new ConfigurationBuilder().AddInMemoryCollection([new("Usage:MaxDuty", "0.3")]).Build();
        Should.Throw<ArgumentException>(() => new ServiceCollection().AddUsageEngine(root)).Message.ShouldContain("GetSection(\"Usage\")");
    }

    [Theory]
    [InlineData("MaxDuty", "7", "MaxDuty")]
    [InlineData("ConnectionString", "", "ConnectionString is blank")]
    [InlineData("ConnectionString", "Hots=x;Password=secret", "ConnectionString can't be parsed at 'hots'")]
    [InlineData("ConnectionString", "Username=x;Password=secret", "ConnectionString can't be parsed")]
    [InlineData("ConnectionString", "Host=x;Password=secret;Target Session Attributes=primary", "ConnectionString can't be parsed")]
    public async Task A_setting_that_breaks_its_rule_fails_the_start(string name, string value, string words)
    {
        var failure = await StartAsync(services => services
            .AddSingleton(NpgsqlDataSource.Create(Somewhere))
            .AddUsageEngine(Section((name, value))));
        failure.ShouldBeOfType<OptionsValidationException>().Message.ShouldContain(words);
        failure.Message.ShouldNotContain("secret");
    }

    [Fact]
    public async Task A_value_of_the_wrong_type_fails_the_start_and_is_named()
    {
        var failure = await StartAsync(services => services.AddUsageEngine(Section(("PollInterval", "often"), ("ConnectionString", Somewhere))));
        failure.ShouldBeOfType<InvalidOperationException>().Message.ShouldContain("Usage:PollInterval");
    }

    [Fact]
    public async Task A_host_without_a_database_fails_at_start_even_if_it_does_not_drain()
    {
        var failure = await StartAsync(services => services.AddUsageEngine(options => options.DrainInBackground = false));
        failure.ShouldBeOfType<OptionsValidationException>().Message.ShouldContain("register an NpgsqlDataSource");
    }

    [Fact]
    public async Task A_connection_string_takes_precedence_over_the_hosts_data_source()
    {
        await using var hosts = NpgsqlDataSource.Create(Somewhere);
        await using var services = new ServiceCollection()
            .AddSingleton(hosts)
            .AddUsageEngine(Section(("ConnectionString", "Host=elsewhere;Username=nobody")))
            .BuildServiceProvider();
        services.GetRequiredService<EngineParts>().Database.ConnectionString.ShouldContain("elsewhere");
    }

    private static IConfigurationSection Section(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>($"Usage:{setting.Name}", setting.Value)))
        .Build().GetSection("Usage");

    private static async Task<Exception?> StartAsync(Action<IServiceCollection> configure)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new());
        configure(builder.Services);
        using var host = builder.Build();
        return await Record.ExceptionAsync(() => host.StartAsync(Cancellation));
    }
}
