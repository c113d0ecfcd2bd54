using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Usage.Engine;
using Usage.Engine.Maintenance;
using Usage.Engine.Reporting;
using Usage.Engine.Reporting.Pricing;
using Usage.Engine.Schema;

namespace Usage.Benchmarks.DataSets;

/// <summary>A database full of history, and an engine on it that drains only when it is told to.</summary>
internal sealed class DataSet : IAsyncDisposable
{
    private readonly ServiceProvider services;

    private DataSet(BenchmarkServer server, string fullName)
    {
        ConnectionString = server.ConnectionStringOf(fullName);
        Database = server.Connect(fullName);
        services = new ServiceCollection()
            .AddSingleton(Database)
            .AddUsageEngine(options => options.DrainInBackground = false)
            .BuildServiceProvider();
    }

    public NpgsqlDataSource Database { get; }

    /// <summary>For another process.</summary>
    public string ConnectionString { get; }

    public UsageEngine Engine => services.GetRequiredService<UsageEngine>();

    public UsageReports Reports => services.GetRequiredService<UsageReports>();

    public PriceStore Prices => services.GetRequiredService<PriceStore>();

    /// <summary>The data set of that name and size: the one that is there, else a new one. Nothing is rolled up in a new one.</summary>
    /// <param name="server">Where it is.</param>
    /// <param name="name">Sets of different names don't disturb each other.</param>
    /// <param name="usageRows">Usage rows of history.</param>
    /// <param name="hours">Hours that they spread over, about.</param>
    public static async Task<DataSet> OpenAsync(
        BenchmarkServer server, string name, int usageRows, int hours, CancellationToken cancellationToken)
    {
        var fullName = string.Create(CultureInfo.InvariantCulture, $"{name}_{usageRows}_{hours}");
        if (await server.ExistsAsync(fullName, cancellationToken))
        {
            DataSet found = new(server, fullName);
            if (await found.IsCompleteAsync(cancellationToken))
            {
                return found;
            }

            await found.DisposeAsync();
            await server.DropAsync(fullName, cancellationToken);
        }

        Console.Error.WriteLine($"Making the data set {fullName}");
        await server.CreateAsync(fullName, cancellationToken);
        DataSet made = new(server, fullName);
        await made.services.GetRequiredService<UsageMigrator>().MigrateAsync(createApplicationTables: true, cancellationToken: cancellationToken);
        await made.FillAsync(usageRows, hours, cancellationToken);
        return made;
    }

    /// <summary>Runs statements without parameters.</summary>
    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Rolls up all history, unless an earlier run has done that.</summary>
    public async Task RollUpAsync(CancellationToken cancellationToken)
    {
        if ((await Engine.GetStatusAsync(cancellationToken)).Complete)
        {
            await Engine.DrainAsync(cancellationToken: cancellationToken);
        }
        else
        {
            Console.Error.WriteLine("Rolling it up");
            await Engine.BackfillAsync(new BackfillRequest(), cancellationToken: cancellationToken);
        }

        await ExecuteAsync("vacuum (analyze) usage_rollup.hourly", cancellationToken);
    }

    /// <summary>Buckets that differ from the raw rows, once all marks are drained.</summary>
    public async Task<long> DrainAndCountDriftAsync(CancellationToken cancellationToken)
    {
        await Engine.DrainAsync(cancellationToken: cancellationToken);
        var report = await Engine.VerifyAsync(new VerifyRequest(), cancellationToken: cancellationToken);
        return report.DriftCount + report.PendingHours.Count;
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await Database.DisposeAsync();
    }

    private async Task<bool> IsCompleteAsync(CancellationToken cancellationToken)
    {
        await using var command = Database.CreateCommand("select to_regclass('public.bench_complete') is not null");
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    private async Task FillAsync(int usageRows, int hours, CancellationToken cancellationToken)
    {
        await using var connection = await Database.OpenConnectionAsync(cancellationToken);
        await using (NpgsqlCommand size = new("select set_config('bench.rows', @rows, false), set_config('bench.hours', @hours, false)", connection))
        {
            size.Parameters.AddWithValue("rows", usageRows.ToString(CultureInfo.InvariantCulture));
            size.Parameters.AddWithValue("hours", hours.ToString(CultureInfo.InvariantCulture));
            await size.ExecuteNonQueryAsync(cancellationToken);
        }

        foreach (var sql in new[]
            {
                await BenchmarkSql.ReadAsync("DataSets.History.sql", cancellationToken),
                "vacuum (analyze)",
                "create table public.bench_complete ()",
                "checkpoint",
            })
        {
            await using NpgsqlCommand command = new(sql, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
