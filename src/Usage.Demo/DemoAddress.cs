using Usage.Demo.LocalPostgres;

namespace Usage.Demo;

/// <summary>Where a demo listens: on the default port, or on a free one where that is taken.</summary>
internal static class DemoAddress
{
    private const int DefaultPort = 5080;
    private const string AnyPort = "http://127.0.0.1:0";

    private static readonly string[] Settings = ["urls", "ASPNETCORE_URLS", "DOTNET_URLS"];

    /// <summary>The flag; a free port when no address is configured and the default port is taken.</summary>
    public static string? Choose(IConfiguration configuration, string? flag) =>
        flag is null && Settings.All(name => configuration[name] is null) && !LoopbackPort.IsFree(DefaultPort) ? AnyPort : flag;
}
