using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;
using Usage.Engine;
using Usage.Engine.Exporting;
using Usage.Engine.Maintenance;
using Usage.Engine.Pricing;
using Usage.Engine.Reporting;
using Usage.Engine.Schema;

namespace Usage.Benchmarks.DataSets;

/// <summary>A database full of history, and an engine on it that drains only when it is told to.</summary>
internal sealed class DataSet : IAsyncDisposable
{
    private const string IsRolledUpSql = """
        select exists (
            select from usage_rollup.backfill where from_hour is null and to_hour is null and completed_at is not null)
        """;

    private const string LastFullHourSql = "select date_trunc('hour', max(created_at), 'UTC') - interval '1 hour' from public.task_usage";

    private readonly ServiceProvider services;

    private DataSet(BenchmarkServer server, string name)
    {
        Database = server.Connect(name);
        ConnectionString = server.ConnectionString(name);
        services = new ServiceCollection()
            .AddSingleton(Database)
            .AddUsageParquet()
            .AddUsageEngine(options => options.DrainInBackground = false)
            .BuildServiceProvider();
    }

    public NpgsqlDataSource Database { get; }

    /// <summary>For programs that work on the same database.</summary>
    public string ConnectionString { get; }

    public UsageEngine Engine => services.GetRequiredService<UsageEngine>();

    public UsageReports Reports => services.GetRequiredService<UsageReports>();

    public UsageExports Exports => services.GetRequiredService<UsageExports>();

    public PriceStore Prices => services.GetRequiredService<PriceStore>();

    /// <summary>The data set of that name and size: the one that is there, if this build's scripts made it, else a new one. Nothing is rolled up in a new one.</summary>
    /// <param name="server">Where it is.</param>
    /// <param name="name">Sets of different names don't disturb each other.</param>
    /// <param name="usageRows">Usage rows of history.</param>
    /// <param name="hours">Hours that they spread over, about.</param>
    /// <param name="addMore">Called once, when the history is made; what it adds should show in the name.</param>
    public static async Task<DataSet> OpenAsync(
        BenchmarkServer server, string name, int usageRows, int hours, CancellationToken cancellationToken,
        Func<DataSet, CancellationToken, Task>? addMore = null)
    {
        var fullName = string.Create(CultureInfo.InvariantCulture, $"{name}_{usageRows}_{hours}");
        if (await server.ExistsAsync(fullName, cancellationToken))
        {
            DataSet found = new(server, fullName);
            if (await found.IsTrueAsync(
                $"select obj_description(to_regclass('public.bench_complete')) = '{Fingerprint.Current}'", cancellationToken))
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
        await (addMore?.Invoke(made, cancellationToken) ?? Task.CompletedTask);
        await made.CompleteAsync(cancellationToken);
        return made;
    }

    /// <summary>Runs statements without parameters.</summary>
    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The hour before the last: that one may have been cut short.</summary>
    public async Task<Instant> LastFullHourAsync(CancellationToken cancellationToken)
    {
        await using var command = Database.CreateCommand(LastFullHourSql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetFieldValue<Instant>(0);
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
        return report.DriftCount + report.HoursNotBackfilled + report.PendingHours.Count;
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

        await using NpgsqlCommand history = new(await BenchmarkSql.ReadAsync("DataSets.History.sql", cancellationToken), connection);
        await history.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await ExecuteAsync("vacuum (analyze)", cancellationToken);
        await ExecuteAsync(
            $"create table public.bench_complete (); comment on table public.bench_complete is '{Fingerprint.Current}'", cancellationToken);
        await ExecuteAsync("checkpoint", cancellationToken);
    }
}
