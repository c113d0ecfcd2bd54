using System.Text.RegularExpressions;

namespace Usage.Tests.Integration.Documents;

/// <summary>What the fragments in the documents take for granted: names that their text introduces.</summary>
internal static partial class FragmentContext
{
    /// <summary>A fragment sees these unless it declares its own.</summary>
    public const string Source = """
        using Microsoft.Extensions.AI;
        using NodaTime;
        using Usage.Engine.Recording;
        using Usage.Engine.Reporting;

        internal static class FragmentContext
        {
            internal static WebApplicationBuilder builder = null!;
            internal static WebApplication app = null!;
            internal static string connectionString = null!;
            internal static IUsageRecorder recorder = null!;
            internal static IUsageReports reports = null!;
            internal static IChatClient chat = null!, model = null!;
            internal static IEnumerable<ChatMessage> messages = null!;
            internal static Guid taskId, workspaceId;
            internal static CancellationToken cancellationToken;
        }
        """;

    /// <summary>The source of a class with the fragment as the body of its method. Usings of the fragment come first, as in a file.</summary>
    public static string Method(string name, CodeBlock fragment)
    {
        var usings = Usings().Matches(fragment.Text).Select(match => match.Value);
        return $$"""
            using static FragmentContext;
            {{string.Concat(usings)}}
            internal static class {{name}}
            {
                internal static async Task RunAsync()
                {
                    await Task.Yield();
            #line {{fragment.Line}} "{{fragment.Document}}"
            {{Usings().Replace(fragment.Text, "\n")}}
                }
            }
            """;
    }

    [GeneratedRegex(@"^using [\w.]+;\n", RegexOptions.Multiline)]
    private static partial Regex Usings();
}
