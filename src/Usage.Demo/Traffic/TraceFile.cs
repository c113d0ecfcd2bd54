using System.Globalization;
using System.Runtime.CompilerServices;
using NodaTime;
using NodaTime.Text;
using Sylvan.Data.Csv;

namespace Usage.Demo.Traffic;

/// <summary>
/// A recorded trace of requests: a CSV file with the columns TIMESTAMP, ContextTokens and GeneratedTokens, in chronological
/// order.
/// </summary>
internal sealed class TraceFile(string path, double speed)
{
    private const string Timestamp = "TIMESTAMP";
    private const string ContextTokens = "ContextTokens";
    private const string GeneratedTokens = "GeneratedTokens";
    private const long MostTokens = 1_000_000_000_000;

    private static readonly LocalDateTimePattern Time = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss.FFFFFFFFF");

    /// <summary>Reads the requests. The first arrives at once, the others <c>speed</c> times as fast as recorded.</summary>
    /// <exception cref="TraceFormatException">A line is malformed.</exception>
    public async IAsyncEnumerable<TrafficRequest> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var text = File.OpenText(path);
        await using var csv = await CsvDataReader.CreateAsync(text, new CsvDataReaderOptions { HasHeaders = true }, cancellationToken);
        var columns = new[] { Timestamp, ContextTokens, GeneratedTokens }.Select(name => Column(csv, name)).ToArray();
        LocalDateTime? first = null;
        var at = Duration.Zero;
        while (await csv.ReadAsync(cancellationToken))
        {
            var time = TimeAt(csv, columns[0]);
            first ??= time;
            var next = (time - first.Value).ToDuration();
            if (next < at)
            {
                throw Malformed(csv, Timestamp, csv.GetString(columns[0]), "must not be earlier than in the previous line");
            }

            at = next;
            yield return new(
                (at / speed).ToTimeSpan(), TokensAt(csv, columns[1], ContextTokens), TokensAt(csv, columns[2], GeneratedTokens));
        }
    }

    private int Column(CsvDataReader csv, string name)
    {
        var index = Enumerable.Range(0, csv.FieldCount)
            .Where(column => string.Equals(csv.GetName(column), name, StringComparison.OrdinalIgnoreCase)).ToList();
        var header = string.Join(',', Enumerable.Range(0, csv.FieldCount).Select(csv.GetName));
        return index.Count == 1 ? index[0] : throw new TraceFormatException(path, 1, "the header", header, $"must contain {name} exactly once");
    }

    private LocalDateTime TimeAt(CsvDataReader csv, int column)
    {
        var value = ValueAt(csv, column, Timestamp);
        return Time.Parse(value) is { Success: true, Value: var time }
            ? time
            : throw Malformed(csv, Timestamp, value, "must be a time such as 2023-11-16 18:17:03.97996");
    }

    private long TokensAt(CsvDataReader csv, int column, string name)
    {
        var value = ValueAt(csv, column, name);
        return long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var tokens) && tokens <= MostTokens
            ? tokens
            : throw Malformed(csv, name, value, $"must be a whole number from 0 to {MostTokens}");
    }

    private string ValueAt(CsvDataReader csv, int column, string name) => column < csv.RowFieldCount
        ? csv.GetString(column)
        : throw Malformed(csv, name, "", $"the line has {csv.RowFieldCount} values instead of {csv.FieldCount}");

    private TraceFormatException Malformed(CsvDataReader csv, string column, string value, string rule) =>
        new(path, csv.RowNumber + 1, column, value, rule);
}
