using Dapper;
using Npgsql;

namespace Usage.Tests.Integration.Databases;

/// <summary>A test's own database. Disposing drops it, even with open connections.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly Func<Task> drop;

    static TestDatabase() => InstantHandler.Register();

    /// <param name="connectionString">Where it is.</param>
    /// <param name="drop">Ends it; null where its server ends with the test.</param>
    internal TestDatabase(string connectionString, Func<Task>? drop = null)
    {
        this.drop = drop ?? (() => Task.CompletedTask);
        ConnectionString = connectionString;
        DataSource = Connect(_ => { });
        Seed = new(this);
    }

    public string ConnectionString { get; }

    /// <summary>The engine's data source.</summary>
    public NpgsqlDataSource DataSource { get; }

    /// <summary>Creates application rows.</summary>
    public Seed Seed { get; }

    /// <summary>A data source with other settings, for a test that simulates another host.</summary>
    public NpgsqlDataSource Connect(Action<NpgsqlConnectionStringBuilder> configure)
    {
        var builder = new NpgsqlDataSourceBuilder(ConnectionString);
        configure(builder.ConnectionStringBuilder);
        builder.UseNodaTime();
        return builder.Build();
    }

    public async Task<int> ExecuteAsync(string sql, object? parameters = null)
    {
        await using var connection = await DataSource.OpenConnectionAsync();
        return await connection.ExecuteAsync(sql, parameters);
    }

    public async Task<T> ScalarAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await DataSource.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }

    /// <summary>Reads rows into positional records; columns match parameters by name, with or without underscores.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await DataSource.OpenConnectionAsync();
        return [.. await connection.QueryAsync<T>(sql, parameters)];
    }

    /// <summary>Waits until a query returns true, for a test that needs another session in a certain state.</summary>
    public async Task UntilAsync(string condition, object? parameters = null)
    {
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        while (!await ScalarAsync<bool>(condition, parameters))
        {
            if (time.GetElapsedTime(start) > TimeSpan.FromSeconds(30))
            {
                throw new TimeoutException($"Not true within 30 seconds: {condition}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), time);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync();
        await drop();
    }
}
