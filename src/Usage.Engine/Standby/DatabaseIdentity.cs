namespace Usage.Engine.Standby;

/// <summary>What a database and its physical copies have in common.</summary>
/// <param name="SystemIdentifier">The cluster's, from its control file.</param>
/// <param name="DatabaseOid">The database's in the cluster.</param>
internal sealed record DatabaseIdentity(long SystemIdentifier, uint DatabaseOid);
