using Npgsql;
using Usage.Tests.Integration.Databases;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace Usage.Tests.Integration.Databases;

/// <summary>
/// The test run's PostgreSQL, with a migrated template database from which the tests' databases are copied: <c>USAGE_TEST_DB</c>
/// (a connection string of a role that may create databases), else a private cluster, else a container.
/// </summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    /// <summary>
    /// Turkish has its own case folding of I and its own collation, so code that relies on the database's locale fails here.
    /// </summary>
    private const string NoTables = "template template0 encoding 'UTF8' locale_provider icu icu_locale 'tr'";

    private readonly string template = $"usage_template_{Guid.NewGuid():n}";
    private IPostgresServer server = null!;
    private NpgsqlDataSource administration = null!;

    public async ValueTask InitializeAsync()
    {
        server = await StartServerAsync();
        administration = NpgsqlDataSource.Create(server.ConnectionString);
        await CreateAsync(template, NoTables);
        await TemplateSchema.InstallAsync(AddressOf(template));
    }

    public async ValueTask DisposeAsync()
    {
        await DropAsync(template);
        await administration.DisposeAsync();
        await server.DisposeAsync();
    }

    /// <summary>The server's connection string; its database does not matter.</summary>
    internal string ServerAddress => server.ConnectionString;

    /// <summary>Creates a database from the template: the empty application tables and Usage's schema.</summary>
    public Task<TestDatabase> CreateDatabaseAsync() => CreateDatabaseAsync($"""template "{template}" """);

    /// <summary>Creates a database without any table.</summary>
    public Task<TestDatabase> CreateEmptyDatabaseAsync() => CreateDatabaseAsync(NoTables);

    internal Task DropAsync(string name) => AdministerAsync($"""drop database if exists "{name}" with (force)""");

    private async Task<TestDatabase> CreateDatabaseAsync(string source)
    {
        var name = $"usage_test_{Guid.NewGuid():n}";
        await CreateAsync(name, source);
        return new(AddressOf(name), () => DropAsync(name));
    }

    private Task CreateAsync(string name, string source) => AdministerAsync($"""create database "{name}" {source}""");

    /// <summary>Database names can't be parameters; all of them are generated here.</summary>
    private async Task AdministerAsync(string sql)
    {
        await using var command = administration.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private string AddressOf(string database) => new NpgsqlConnectionStringBuilder(server.ConnectionString)
    {
        Database = database, IncludeErrorDetail = true, MaxPoolSize = 50,
    }.ConnectionString;

    private static async Task<IPostgresServer> StartServerAsync() =>
        Environment.GetEnvironmentVariable("USAGE_TEST_DB") is { Length: > 0 } given ? new GivenServer(given)
        : await PrivateCluster.TryStartAsync() is { } cluster ? cluster
        : await ContainerServer.StartAsync();
}
