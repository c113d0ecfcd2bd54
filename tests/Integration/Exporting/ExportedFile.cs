using DuckDB.NET.Data;

namespace Usage.Tests.Integration.Exporting;

/// <summary>A file, and DuckDB to read it.</summary>
public sealed class ExportedFile : IDisposable
{
    public string Path { get; } = System.IO.Path.GetTempFileName();

    /// <summary>The file as a table of DuckDB.</summary>
    public string AsCsv => $"read_csv('{Path}', header = true, types = {{'cost_usd': 'DECIMAL(38,16)'}})";

    public string AsFocus => $"read_csv('{Path}', header = true, types = {{'BilledCost': 'DECIMAL(38,16)', 'ListCost': 'DECIMAL(38,16)', 'EffectiveCost': 'DECIMAL(38,16)', 'ContractedCost': 'DECIMAL(38,16)', 'ListUnitPrice': 'DECIMAL(16,10)', 'Tags': 'JSON'}})";

    public string AsParquet => $"read_parquet('{Path}')";

    public byte[] Bytes => File.ReadAllBytes(Path);

    public void Dispose() => File.Delete(Path);

    /// <summary>The rows of a query.</summary>
    public static IReadOnlyList<object?[]> Query(string sql)
    {
        using DuckDBConnection connection = new("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        List<object?[]> rows = [];
        while (reader.Read())
        {
            var values = new object[reader.FieldCount];
            reader.GetValues(values);
            rows.Add([.. values.Select(value => value is DBNull ? null : value)]);
        }

        return rows;
    }
}
