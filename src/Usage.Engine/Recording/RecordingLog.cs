using Microsoft.Extensions.Logging;

namespace Usage.Engine.Recording;

internal static partial class RecordingLog
{
    [LoggerMessage(101, LogLevel.Warning, "The usage of task {TaskId} was not recorded")]
    public static partial void ReportNotStored(this ILogger logger, Guid taskId, Exception failure);

    [LoggerMessage(102, LogLevel.Debug, "Retrying to record the usage of task {TaskId} after SQLSTATE {SqlState}")]
    public static partial void ReportTriedAgain(this ILogger logger, Guid taskId, string sqlState);
}
