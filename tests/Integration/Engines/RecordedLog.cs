using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Usage.Tests.Integration.Engines;

/// <summary>A log entry with its parameters.</summary>
internal sealed record LogLine(LogLevel Level, string Text, IReadOnlyDictionary<string, object?> Values);

/// <summary>Records all log entries.</summary>
internal sealed class RecordedLog : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<LogLine> lines = new();

    public IReadOnlyList<LogLine> Lines => [.. lines];

    /// <summary>The delays that the loop planned after failures, in order.</summary>
    public IReadOnlyList<TimeSpan> Rests => [.. Lines.Select(line => line.Values.GetValueOrDefault("Rest")).OfType<TimeSpan>()];

    public ILogger CreateLogger(string categoryName) => this;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Enqueue(new(
            logLevel, formatter(state, exception),
            state is IEnumerable<KeyValuePair<string, object?>> values ? values.DistinctBy(value => value.Key).ToDictionary() : []));

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}
