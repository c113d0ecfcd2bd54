namespace Usage.Engine.Schema;

/// <summary>The database's schema does not meet Usage's requirements.</summary>
public sealed class UsageSchemaException(string message, Exception? innerException = null) : Exception(message, innerException);
