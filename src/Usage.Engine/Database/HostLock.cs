namespace Usage.Engine.Database;

/// <summary>
/// A shared lock that names the host of a transaction, held to its end. It excludes nobody; by it, another host finds the backend of one
/// that is silent, whatever name its connections have.
/// </summary>
internal static class HostLock
{
    /// <summary>First key of the lock: "USAH" in ASCII. The second is a hash of the replica's name.</summary>
    public const int LockClass = 0x55534148;
}
