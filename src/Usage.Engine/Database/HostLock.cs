namespace Usage.Engine.Database;

/// <summary>
/// A shared advisory lock that identifies the host that owns a transaction, held until it ends. It blocks nobody: it lets another
/// host find the backend of an unresponsive one, whatever its application name.
/// </summary>
internal static class HostLock
{
    /// <summary>First key of the lock: "USAH" in ASCII. The second key is a hash of the replica's name.</summary>
    public const int LockClass = 0x55534148;
}
