namespace Usage.Host.SignIn;

internal static partial class SignInLog
{
    [LoggerMessage(1, LogLevel.Warning, "A sign-in at the provider failed.")]
    public static partial void Failed(ILogger log, Exception? error);
}
