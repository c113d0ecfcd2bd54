using Npgsql;
using NpgsqlTypes;

namespace Usage.Demo.Writing;

/// <summary>A binary COPY into a table, row by row.</summary>
internal sealed class TableCopy(NpgsqlBinaryImporter importer) : IAsyncDisposable
{
    public static async Task<TableCopy> BeginAsync(NpgsqlConnection connection, string command, CancellationToken cancellationToken) =>
        new(await connection.BeginBinaryImportAsync(command, cancellationToken));

    public Task RowAsync(CancellationToken cancellationToken) => importer.StartRowAsync(cancellationToken);

    public Task IdAsync(Guid? id, CancellationToken cancellationToken) => id is { } value
        ? importer.WriteAsync(value, NpgsqlDbType.Uuid, cancellationToken)
        : importer.WriteNullAsync(cancellationToken);

    public Task TextAsync(string? text, CancellationToken cancellationToken) => text is null
        ? importer.WriteNullAsync(cancellationToken)
        : importer.WriteAsync(text, NpgsqlDbType.Text, cancellationToken);

    public Task CountAsync(long? count, CancellationToken cancellationToken) => count is { } value
        ? importer.WriteAsync(value, NpgsqlDbType.Bigint, cancellationToken)
        : importer.WriteNullAsync(cancellationToken);

    public Task TimeAsync(NodaTime.Instant time, CancellationToken cancellationToken) =>
        importer.WriteAsync(time, NpgsqlDbType.TimestampTz, cancellationToken);

    public async Task CompleteAsync(CancellationToken cancellationToken) => await importer.CompleteAsync(cancellationToken);

    public ValueTask DisposeAsync() => importer.DisposeAsync();
}
