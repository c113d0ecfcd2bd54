using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Usage.Host;
using Usage.Host.Authentication;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Http;
using Xunit;

namespace Usage.Tests.Integration.Dashboard.SignIn;

/// <summary>A database with a workspace that a member may read, for hosts as <c>serve</c> runs them.</summary>
public sealed class SignInFixture(PostgresFixture postgres) : IAsyncLifetime
{
    public TestDatabase Database { get; private set; } = null!;

    public Place Place { get; private set; } = null!;

    /// <summary>The page of the member's workspace.</summary>
    public string Page => $"usage/workspace?id={Place.Workspace}&days=7&tz=Asia/Tokyo";

    public async ValueTask InitializeAsync()
    {
        Database = await postgres.CreateDatabaseAsync();
        Place = await Place.CreateAsync(Database.Seed);
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();

    /// <summary>A host that takes tokens of its own secret, but for what the settings say.</summary>
    internal async Task<WebApplication> StartAsync(Dictionary<string, string?>? settings = null, TimeProvider? time = null)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Usage:Auth:Mode"] = "Jwt",
                ["Usage:Auth:SigningKey"] = HttpFixture.SigningKey,
                ["Usage:DrainInBackground"] = "false",
                ["Logging:LogLevel:Default"] = "Critical",
            })
            .AddInMemoryCollection(settings ?? [])
            .Build();
        var app = UsageWebApplication.Build(configuration, Database.ConnectionString, "http://127.0.0.1:0", time ?? TimeProvider.System);
        await app.StartAsync();
        return app;
    }

    internal string Token(string[]? scopes = null, TimeSpan? lifetime = null, TimeSpan? age = null, string key = HttpFixture.SigningKey) =>
        DevelopmentToken.Create(
            new() { Mode = AuthMode.Jwt, SigningKey = key }, Place.Member.ToString(), scopes ?? [], [],
            TimeProvider.System.GetUtcNow() - (age ?? TimeSpan.Zero), lifetime ?? TimeSpan.FromHours(1));
}
