using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Usage.Host;
using Usage.Host.Authentication;
using Usage.Tests.Integration.Databases;
using Xunit;

namespace Usage.Tests.Integration.Http;

/// <summary>The host as run by <c>serve</c>, with its own port and database, and without background draining.</summary>
public sealed class HttpFixture(PostgresFixture postgres) : IAsyncLifetime
{
    internal const string SigningKey = "a secret that only the tests know, long enough";

    private WebApplication app = null!;

    public TestDatabase Database { get; private set; } = null!;

    public World World { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    internal static UsageAuthOptions Auth => new() { Mode = AuthMode.Jwt, SigningKey = SigningKey };

    public async ValueTask InitializeAsync()
    {
        Database = await postgres.CreateDatabaseAsync();
        World = await World.CreateAsync(Database.Seed);
        app = await StartAsync(Database, []);
        Address = new(app.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>A client with a token of the host, or without one.</summary>
    public HttpClient Client(string? token = null)
    {
        HttpClient client = new() { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public HttpClient Reader(Guid user) => Client(Token(user));

    public HttpClient Writer(params Guid[] workspaces) => Client(Token(Guid.NewGuid(), ["usage.write"], workspaces));

    public HttpClient Operator() => Client(Token(Guid.NewGuid(), ["usage.admin"]));

    public static string Token(Guid user, string[]? scopes = null, Guid[]? workspaces = null) => DevelopmentToken.Create(
        Auth, user.ToString(), scopes ?? [], workspaces ?? [], TimeProvider.System.GetUtcNow(), TimeSpan.FromHours(1));

    /// <summary>Another host on the same database.</summary>
    internal static async Task<WebApplication> StartAsync(
        TestDatabase database, Dictionary<string, string?> settings, string? connectionString = null)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Usage:Auth:Mode"] = "Jwt",
                ["Usage:Auth:SigningKey"] = SigningKey,
                ["Usage:DrainInBackground"] = "false",
                ["Logging:LogLevel:Default"] = "Critical",
            })
            .AddInMemoryCollection(settings)
            .Build();
        var app = UsageWebApplication.Build(
            configuration, connectionString ?? database.ConnectionString, "http://127.0.0.1:0", TimeProvider.System);
        await app.StartAsync();
        return app;
    }
}
