namespace Usage.Demo.Traffic;

/// <summary>A trace has a malformed line.</summary>
internal sealed class TraceFormatException(string file, int line, string column, string value, string rule)
    : FormatException($"{file}, line {line}: {column} is '{value}': {rule}.");
