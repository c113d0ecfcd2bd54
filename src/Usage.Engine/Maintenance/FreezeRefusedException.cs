namespace Usage.Engine.Maintenance;

/// <summary>Hours can't be frozen. The message names the value and the rule. Nothing has changed.</summary>
public sealed class FreezeRefusedException(string message) : InvalidOperationException(message);
