using Microsoft.Extensions.Logging;
using NodaTime;

namespace Usage.Engine.Diagnostics;

/// <summary>The engine's log messages.</summary>
/// <param name="loggers">Makes the logger.</param>
/// <param name="key">The engine's key, which its category ends with; null if it has none.</param>
internal sealed partial class EngineLog(ILoggerFactory loggers, string? key = null)
{
    private readonly ILogger logger = loggers.CreateLogger(key is null ? "Usage.Engine" : $"Usage.Engine.{key}");

    [LoggerMessage(1, LogLevel.Information, "Draining as {Replica}.")]
    public partial void Draining(string replica);

    [LoggerMessage(2, LogLevel.Information, "Marked all history for backfill. Hours: {Hours}.")]
    public partial void HistoryMarked(long hours);

    [LoggerMessage(3, LogLevel.Information, "Backfill completed.")]
    public partial void BackfillCompleted();

    [LoggerMessage(10, LogLevel.Warning, "Draining failed. Consecutive failures: {Failures}. Next attempt in {Rest}. No mark is lost. {Reason}")]
    public partial void DrainFailed(int failures, TimeSpan rest, string reason, Exception error);

    [LoggerMessage(11, LogLevel.Error, "Hour {Hour} can't be computed and was set aside. Other hours are not affected. {Reason}")]
    public partial void HourSetAside(Instant hour, string reason, Exception error);

    [LoggerMessage(
        12, LogLevel.Error, "The hours of a mark (task {Task}, issue {Issue}, agent {Agent}) can't be found. It was set aside. {Reason}")]
    public partial void EntitySetAside(Guid? task, Guid? issue, Guid? agent, string reason, Exception error);

    [LoggerMessage(13, LogLevel.Debug, "The error could not be recorded in the database: {Reason}")]
    public partial void ErrorNotRecorded(string reason);

    [LoggerMessage(
        14, LogLevel.Warning,
        "Terminated backend {Pid} of a host that has been unresponsive for {Silent} during a drain. No mark is lost.")]
    public partial void SilentHostEnded(int pid, TimeSpan silent);

    [LoggerMessage(
        15, LogLevel.Warning, "The connection to the database failed. Retrying in {Rest}, and then until it answers. No mark is lost. {Reason}")]
    public partial void DatabaseAway(TimeSpan rest, string reason, Exception error);

    [LoggerMessage(16, LogLevel.Debug, "The connection to the database failed. Consecutive failures: {Failures}. Retrying in {Rest}. {Reason}")]
    public partial void DatabaseStillAway(int failures, TimeSpan rest, string reason);

    [LoggerMessage(17, LogLevel.Information, "The database is available again. Failed connections: {Failures}.")]
    public partial void DatabaseBack(int failures);

    [LoggerMessage(
        18, LogLevel.Error,
        "The usage of agent {Agent} in hour {Hour} can't be summed and was set aside. Other agents are not affected. {Reason}")]
    public partial void AgentSetAside(Guid agent, Instant hour, string reason);

    [LoggerMessage(19, LogLevel.Debug, "The gauges can't be read: {Reason}")]
    public partial void GaugesNotRead(string reason);

    [LoggerMessage(20, LogLevel.Information, "Schema: {Step}")]
    public partial void SchemaStep(string step);

    [LoggerMessage(21, LogLevel.Warning, "The database can't be checked yet. The host starts anyway and checks it before draining. {Reason}")]
    public partial void NotChecked(string reason);

    [LoggerMessage(
        22, LogLevel.Warning, "Missing triggers can't be installed now: changes made directly in the affected partitions leave no mark. Run 'usage migrate'. {Reason}")]
    public partial void TablesNotFollowed(string reason);

    [LoggerMessage(23, LogLevel.Information, "Verified all history: no drift. Usage rows: {Rows}, buckets: {Buckets}, time: {Elapsed}.")]
    public partial void Verified(long rows, long buckets, TimeSpan elapsed);

    [LoggerMessage(
        24, LogLevel.Error,
        "Verification found drift, which means that changes bypassed the triggers. Drifted: {Drift}, hours marked for repair: {Hours}, usage rows: {Rows}.")]
    public partial void DriftFound(long drift, long hours, long rows);

    [LoggerMessage(25, LogLevel.Warning, "The scheduled verification failed. {Reason}")]
    public partial void VerificationFailed(string reason);

    [LoggerMessage(40, LogLevel.Warning, "Reports are read from the primary until the standby serves them. {Problem} {Reason}")]
    public partial void StandbyAway(string problem, string reason, Exception? error);

    [LoggerMessage(41, LogLevel.Debug, "The standby does not serve reports ({Fault}). Failed attempts: {Attempts}. Next attempt in {Rest}. {Reason}")]
    public partial void StandbyStillAway(string fault, int attempts, TimeSpan rest, string reason);

    [LoggerMessage(42, LogLevel.Information, "Reports are read from the standby again.")]
    public partial void StandbyBack();
}
