using NpgsqlTypes;

namespace Usage.Engine.Standby;

/// <summary>The primary at one moment.</summary>
/// <param name="Identity">Which database it is.</param>
/// <param name="Position">Everything committed by then is before this position of its log.</param>
/// <param name="Seconds">Its clock, in seconds since 1970.</param>
internal sealed record PrimarySight(DatabaseIdentity Identity, NpgsqlLogSequenceNumber Position, double Seconds);

/// <summary>What a database and its physical copies have in common.</summary>
/// <param name="SystemIdentifier">The cluster's, from its control file.</param>
/// <param name="DatabaseOid">The database's in the cluster.</param>
internal sealed record DatabaseIdentity(long SystemIdentifier, uint DatabaseOid);
