using Microsoft.Extensions.Logging;
using NodaTime;

namespace Usage.Engine.Diagnostics;

/// <summary>Every line that the engine logs.</summary>
internal sealed partial class EngineLog(ILoggerFactory loggers)
{
    private readonly ILogger logger = loggers.CreateLogger("Usage.Engine");

    [LoggerMessage(1, LogLevel.Information, "Draining as {Replica}.")]
    public partial void Draining(string replica);

    [LoggerMessage(2, LogLevel.Information, "Marked all history for backfill: {Hours} hours.")]
    public partial void HistoryMarked(long hours);

    [LoggerMessage(3, LogLevel.Information, "A backfill is complete.")]
    public partial void BackfillCompleted();

    [LoggerMessage(10, LogLevel.Warning, "Draining failed {Failures} times in a row; next attempt in {Rest}. No mark is lost. {Reason}")]
    public partial void DrainFailed(int failures, TimeSpan rest, string reason, Exception error);

    [LoggerMessage(11, LogLevel.Error, "Hour {Hour} can't be computed and is set aside; other hours go on. {Reason}")]
    public partial void HourSetAside(Instant hour, string reason, Exception error);

    [LoggerMessage(
        12, LogLevel.Error, "The hours of a mark (task {Task}, issue {Issue}, agent {Agent}) can't be found; it is set aside. {Reason}")]
    public partial void EntitySetAside(Guid? task, Guid? issue, Guid? agent, string reason, Exception error);

    [LoggerMessage(13, LogLevel.Debug, "The error could not be recorded in the database: {Reason}")]
    public partial void ErrorNotRecorded(string reason);

    [LoggerMessage(
        14, LogLevel.Warning,
        "Ended the backend {Pid} of a host that has been silent for {Silent}, in a transaction of the engine. No mark is lost.")]
    public partial void SilentHostEnded(int pid, TimeSpan silent);

    [LoggerMessage(
        15, LogLevel.Warning, "The connection to the database failed; next attempt in {Rest}, and on until it answers. No mark is lost. {Reason}")]
    public partial void DatabaseAway(TimeSpan rest, string reason, Exception error);

    [LoggerMessage(16, LogLevel.Debug, "The connection to the database failed {Failures} times in a row; next attempt in {Rest}. {Reason}")]
    public partial void DatabaseStillAway(int failures, TimeSpan rest, string reason);

    [LoggerMessage(17, LogLevel.Information, "The database answers again, after {Failures} connections that failed.")]
    public partial void DatabaseBack(int failures);

    [LoggerMessage(
        18, LogLevel.Error,
        "The usage of agent {Agent} in hour {Hour} can't be summed and is set aside; all else goes on. {Reason}")]
    public partial void AgentSetAside(Guid agent, Instant hour, string reason);

    [LoggerMessage(19, LogLevel.Debug, "The gauges can't be read: {Reason}")]
    public partial void GaugesNotRead(string reason);

    [LoggerMessage(20, LogLevel.Information, "Schema: {Step}")]
    public partial void SchemaStep(string step);

    [LoggerMessage(21, LogLevel.Warning, "What the engine relies on can't be checked yet, so the host starts without; it is checked before anything is drained. {Reason}")]
    public partial void NotChecked(string reason);

    [LoggerMessage(
        22, LogLevel.Warning, "Tables without triggers can't be given them now: changes made directly in them leave no mark. Run the verb migrate. {Reason}")]
    public partial void TablesNotFollowed(string reason);
}
