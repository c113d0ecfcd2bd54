using Usage.Tests.Integration.Cli;

namespace Usage.Tests.Integration.Dashboard;

/// <summary>Where a host of ASP.NET Core listens, as it logs.</summary>
internal static class HostAddress
{
    public static async Task<Uri> AddressAsync(this ChildProcess host)
    {
        while (true)
        {
            var line = await host.NextLineAsync();
            if (line.IndexOf("http://", StringComparison.Ordinal) is >= 0 and var at)
            {
                return new(line[at..].Trim());
            }
        }
    }
}
