using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Usage.Tests.Integration.Histories;

/// <summary>Records an engine's unexpected log errors.</summary>
internal sealed class ErrorLog(Func<Exception, bool> planned) : ILogger
{
    public ConcurrentQueue<string> Unplanned { get; } = [];

    /// <summary>The engine's logger factory.</summary>
    public ILoggerFactory Loggers() => new OneLogger(this);

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (exception is not null && !planned(exception))
        {
            Unplanned.Enqueue($"{formatter(state, exception)} {exception}");
        }
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    private sealed class OneLogger(ILogger logger) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => logger;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("There is one logger.");

        public void Dispose()
        {
        }
    }
}
