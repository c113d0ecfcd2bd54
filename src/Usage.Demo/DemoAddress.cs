using Usage.Demo.LocalPostgres;

namespace Usage.Demo;

/// <summary>The demo's address: the default port, or a free one if that is in use.</summary>
internal static class DemoAddress
{
    private const int DefaultPort = 5080;
    private const string AnyPort = "http://127.0.0.1:0";

    private static readonly string[] Settings = ["urls", "ASPNETCORE_URLS", "DOTNET_URLS"];

    /// <summary>The option, or a free port if no address is configured and the default port is in use.</summary>
    public static string? Choose(IConfiguration configuration, string? flag) =>
        flag is null && Settings.All(name => configuration[name] is null) && !LoopbackPort.IsFree(DefaultPort) ? AnyPort : flag;
}
