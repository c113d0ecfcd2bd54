namespace Usage.Demo.Traffic;

/// <summary>A line of a trace that cannot be replayed.</summary>
internal sealed class TraceFormatException(string file, int line, string column, string value, string rule)
    : FormatException($"{file}, line {line}: {column} is '{value}': {rule}.");
