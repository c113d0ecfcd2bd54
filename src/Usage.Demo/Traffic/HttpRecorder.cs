using System.Net;
using System.Text.Json;
using Npgsql;
using Usage.AspNetCore;
using Usage.Engine.Recording;

namespace Usage.Demo.Traffic;

/// <summary>Records usage over HTTP on a running host, as a daemon does.</summary>
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
        IReadOnlyList<TaskUsageEntries> tasks, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("The load generator doesn't send batches.");

    public Task RecordAsync(
        Guid taskId, IReadOnlyList<UsageEntry> entries, NpgsqlTransaction transaction, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("Recording over HTTP can't be part of a transaction.");

    public Task<IReadOnlyList<TaskUsageResult>> RecordBatchAsync(
        IReadOnlyList<TaskUsageEntries> tasks, NpgsqlTransaction transaction, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("Recording over HTTP can't be part of a transaction.");

    private static JsonSerializerOptions CreateFormat()
    {
        JsonSerializerOptions options = new();
        UsageJson.Configure(options);
        return options;
    }
}
