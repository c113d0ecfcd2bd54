namespace Usage.Host;

/// <summary>A setting is missing or invalid. The message names the setting, its value and the rule.</summary>
internal sealed class UsageConfigurationException(string message) : Exception(message);
