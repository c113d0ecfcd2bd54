namespace Usage.Engine.Standby;

/// <summary>Why a report is read from the primary although there is a standby.</summary>
internal enum StandbyFault
{
    /// <summary>It can't be reached, or does not answer in time.</summary>
    Unavailable,

    /// <summary>It is a primary: it was promoted, or the connection string names the wrong server.</summary>
    NotStandby,

    /// <summary>It follows another server, or the connection string names another database of it.</summary>
    WrongDatabase,

    /// <summary>It does not follow the primary's history, or has not recorded yet that it does, as after a failover.</summary>
    OtherTimeline,

    /// <summary>It is further behind than reports may be.</summary>
    Lagging,

    /// <summary>It has not replayed the migrations that this host needs.</summary>
    SchemaBehind,

    /// <summary>Replay had to remove rows or locks that the report needed, and cancelled it.</summary>
    Conflict,

    /// <summary>It has not replayed in time what a fresh report must contain.</summary>
    Behind,
}
