using Microsoft.Extensions.Logging;

namespace Usage.Extensions.AI;

internal static partial class ModelCallLog
{
    [LoggerMessage(201, LogLevel.Warning,
        "UseUsage is outside of {Client}: put it after that in the builder, so that each turn is counted once and a cached response not at all")]
    public static partial void WrongOrder(this ILogger logger, string client);

    [LoggerMessage(202, LogLevel.Error, "The usage of {Calls} model calls is lost so far: the queue is full or closed")]
    public static partial void QueueFull(this ILogger logger, long calls);

    [LoggerMessage(203, LogLevel.Error, "The usage of a model call of task {TaskId} is lost")]
    public static partial void CallLost(this ILogger logger, Guid taskId, Exception failure);

    [LoggerMessage(204, LogLevel.Warning, "The usage of a model call of task {TaskId} is recorded again in {Delay}")]
    public static partial void CallTriedAgain(this ILogger logger, Guid taskId, TimeSpan delay, Exception failure);

    [LoggerMessage(205, LogLevel.Error, "The host stopped before the usage of {Calls} model calls was recorded: it is lost")]
    public static partial void LostAtStop(this ILogger logger, long calls);
}
