using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Usage.Engine;
using Usage.Engine.Maintenance;
using Usage.Engine.Schema;

namespace Usage.Benchmarks.DataSets;

/// <summary>A database full of history, and an engine on it that drains only when it is told to.</summary>
internal sealed class DataSet : IAsyncDisposable
{
    private const string IsRolledUpSql = """
        select exists (
            select from usage_rollup.backfill where from_hour is null and to_hour is null and completed_at is not null)
        """;

    private readonly ServiceProvider services;

    private DataSet(NpgsqlDataSource database)
    {
        Database = database;
        services = new ServiceCollection()
            .AddSingleton(database)
            .AddUsageEngine(options => options.DrainInBackground = false)
            .BuildServiceProvider();
    }

    public NpgsqlDataSource Database { get; }

    public UsageEngine Engine => services.GetRequiredService<UsageEngine>();

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
            DataSet found = new(server.Connect(fullName));
            if (await found.IsTrueAsync("select to_regclass('public.bench_complete') is not null", cancellationToken))
            {
                return found;
            }

            await found.DisposeAsync();
            await server.DropAsync(fullName, cancellationToken);
        }

        Console.Error.WriteLine($"Making the data set {fullName}");
        await server.CreateAsync(fullName, cancellationToken);
        DataSet made = new(server.Connect(fullName));
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

    /// <summary>Leaves nothing pending, and rolls all history up unless that was done in this data set before.</summary>
    public async Task RollUpOnceAsync(CancellationToken cancellationToken)
    {
        if (!await IsTrueAsync(IsRolledUpSql, cancellationToken))
        {
            await Engine.BackfillAsync(new BackfillRequest(), cancellationToken: cancellationToken);
            await ExecuteAsync("vacuum (analyze)", cancellationToken);
            await ExecuteAsync("checkpoint", cancellationToken);
        }

        await Engine.DrainAsync(cancellationToken: cancellationToken);
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

    private async Task<bool> IsTrueAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = Database.CreateCommand(sql);
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
