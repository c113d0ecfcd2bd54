using System.Text;
using Shouldly;

namespace Usage.Tests.Integration.Documents;

/// <summary>The shell blocks of a document as one script.</summary>
internal static class ShellScript
{
    /// <summary>A request that is refused fails; what runs until it is stopped is awaited, and stopped at the end.</summary>
    private const string Prelude = """
        set -euo pipefail
        started=()

        curl() {
            command curl --silent --show-error --fail-with-body "$@"
            echo
        }

        # until_it_says WORDS COMMAND…: starts it, and goes on once it has said the words.
        until_it_says() {
            local words=$1 said
            said=$(mktemp -p "$HOME")
            setsid "${@:2}" >"$said" 2>&1 &
            started+=("$!")
            until grep -q "$words" "$said"; do
                kill -0 "$!" 2>/dev/null || { cat "$said" >&2 && return 1; }
                sleep 0.1
            done
        }

        stop() {
            local status=$? each code
            trap - EXIT
            for each in "${started[@]}"; do
                code=0
                kill -TERM -- "-$each" && { wait "$each" || code=$?; }
                if ((code != 0 && code != 130 && code != 143)); then
                    echo "What was started ended with $code when it was stopped." >&2
                    status=1
                fi
            done
            exit "$status"
        }
        trap stop EXIT

        """;

    /// <summary>The script. Every block is in it, and every line as it stands unless the walkthrough says what is run instead.</summary>
    public static string Of(string document, Walkthrough walkthrough)
    {
        StringBuilder script = new(Prelude);
        Dictionary<DrivenLine, int> used = walkthrough.Driven.ToDictionary(line => line, _ => 0);
        foreach (var block in Document.BlocksOf(document).Where(Has))
        {
            script.Append($"echo '# {block}' >&2\n");
            foreach (var line in block.Text.Split('\n'))
            {
                var driven = walkthrough.Driven.Where(each => line.StartsWith(each.Line, StringComparison.Ordinal)).MaxBy(each => each.Line.Length);
                script.Append(driven?.Instead ?? line).Append('\n');
                if (driven is not null)
                {
                    used[driven]++;
                }
            }
        }

        used.ShouldAllBe(each => each.Value == 1, $"lines of {document} that stand in it no longer, or more than once");
        return script.Append(walkthrough.Finally).Append('\n').ToString();
    }

    /// <summary>Whether a block is part of a script.</summary>
    public static bool Has(CodeBlock block) => block.Language == "sh" && !HasTestsOfItsOwn(block);

    /// <summary>What has tests of its own: a new application is made and run, the image is built.</summary>
    private static bool HasTestsOfItsOwn(CodeBlock block) =>
        (block.Document == "src/Usage.Host/README.md" && block.Text.Contains("PublishContainer", StringComparison.Ordinal))
        || (block.Text.Contains("dotnet new ", StringComparison.Ordinal) && Packages.NewApplication.Documents.Contains(block.Document));
}
