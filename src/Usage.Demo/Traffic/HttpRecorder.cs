using System.Net;
using System.Text.Json;
using Npgsql;
using Usage.AspNetCore;
using Usage.Engine.Recording;

namespace Usage.Demo.Traffic;

/// <summary>Reports usage as a daemon does: over HTTP, to a host that is running.</summary>
internal sealed class HttpRecorder(HttpClient client) : IUsageRecorder
{
    private static readonly JsonSerializerOptions Format = CreateFormat();

    public async Task RecordAsync(Guid taskId, IReadOnlyList<UsageEntry> entries, CancellationToken cancellationToken = default)
    {
        using var answer = await client.PostAsJsonAsync(
            new Uri($"api/tasks/{taskId}/usage", UriKind.Relative), new { Usage = entries }, Format, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            throw new UnknownTaskException(taskId);
        }

        if (!answer.IsSuccessStatusCode)
        {
            var problem = await answer.Content.ReadAsStringAsync(cancellationToken);
            throw new HttpRequestException(
                $"{client.BaseAddress} answered {(int)answer.StatusCode} to a report: {problem}", inner: null, answer.StatusCode);
        }
    }

    public Task<bool> AddAsync(
        Guid taskId, string key, IReadOnlyList<UsageEntry> entries, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<bool> AddAsync(
        Guid taskId, string key, IReadOnlyList<UsageEntry> entries, NpgsqlTransaction transaction,
        CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<TaskUsageResult>> RecordBatchAsync(
        IReadOnlyList<TaskUsage> tasks, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("A load sends one report at a time.");

    public Task RecordAsync(
        Guid taskId, IReadOnlyList<UsageEntry> entries, NpgsqlTransaction transaction, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("A report over HTTP is no part of a transaction.");

    public Task<IReadOnlyList<TaskUsageResult>> RecordBatchAsync(
        IReadOnlyList<TaskUsage> tasks, NpgsqlTransaction transaction, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("A report over HTTP is no part of a transaction.");

    private static JsonSerializerOptions CreateFormat()
    {
        JsonSerializerOptions options = new();
        UsageJson.Configure(options);
        return options;
    }
}
