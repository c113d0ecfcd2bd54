using Dapper;
using Npgsql;

namespace Usage.Benchmarks.DataSets;

/// <summary>The server with the data sets, each in its own database.</summary>
internal sealed class BenchmarkServer(string connectionString)
{
    /// <summary>The program's own setting.</summary>
    private const int ReadBufferSize = 65_536;

    private const string Prefix = "usage_bench_";

    private const string DatabasesSql = "select datname from pg_database where starts_with(datname, @prefix)";

    private const string QuoteSql = "select quote_ident(@name)";

    /// <summary>The connection string of a benchmark's database.</summary>
    public string ConnectionString(string name) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Database = Prefix + name }.ConnectionString;

    /// <summary>Connects to a benchmark's database, which need not exist yet.</summary>
    public NpgsqlDataSource Connect(string name)
    {
        NpgsqlDataSourceBuilder builder = new(ConnectionString(name));
        builder.ConnectionStringBuilder.CommandTimeout = 0;
        builder.ConnectionStringBuilder.ReadBufferSize = ReadBufferSize;
        builder.UseNodaTime();
        return builder.Build();
    }

    public async Task<bool> ExistsAsync(string name, CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken)).Contains(Prefix + name);

    /// <summary>Creates an empty database. Limits temporary files, so that a runaway statement can't fill the disk.</summary>
    public async Task CreateAsync(string name, CancellationToken cancellationToken)
    {
        var database = await QuoteAsync(Prefix + name, cancellationToken);
        await ExecuteAsync($"create database {database}", cancellationToken);
        await ExecuteAsync($"alter database {database} set temp_file_limit = '8GB'", cancellationToken);
    }

    public async Task DropAsync(string name, CancellationToken cancellationToken) =>
        await ExecuteAsync($"drop database if exists {await QuoteAsync(Prefix + name, cancellationToken)} with (force)", cancellationToken);

    /// <summary>Drops every data set.</summary>
    public async Task DropAllAsync(CancellationToken cancellationToken)
    {
        foreach (var database in await ListAsync(cancellationToken))
        {
            await DropAsync(database[Prefix.Length..], cancellationToken);
        }
    }

    private async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = new(connectionString);
        return [.. await connection.QueryAsync<string>(new CommandDefinition(
            DatabasesSql, new { prefix = Prefix }, cancellationToken: cancellationToken))];
    }

    private async Task<string> QuoteAsync(string name, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = new(connectionString);
        return await connection.QuerySingleAsync<string>(new CommandDefinition(
            QuoteSql, new { name }, cancellationToken: cancellationToken));
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = new(connectionString);
        await connection.ExecuteAsync(new CommandDefinition(sql, commandTimeout: 0, cancellationToken: cancellationToken));
    }
}
