namespace Usage.Tests.Integration.Documents;

/// <summary>How the shell blocks of a document are run: in order, in one shell, as somebody types them.</summary>
/// <param name="Place">Where that somebody is.</param>
/// <param name="Driven">Lines that are run otherwise than they stand, each with the reason.</param>
/// <param name="Finally">What is run at the end, and shows that it worked.</param>
internal sealed record Walkthrough(Place Place, IReadOnlyList<DrivenLine> Driven, string Finally = "")
{
    private const string EndedByTheTest = "it runs until it is stopped";
    private const string RunByTheFixture = "the packages of these tests were made by it";
    private const string WaitForBackfill =
        "until [[ $(psql \"$TEST_URL\" -qtAc \"select exists (select from usage_rollup.backfill where completed_at is not null)\") == t ]]; do sleep 0.1; done; ";

    private const string MadeHere = "its file comes from the project that keeps the list; here it is one with a single model";

    private const string GenAIPrices = """
        usage() { ./usage "$@"; }; lists=$(mktemp -d)
        echo '[{"id":"acme","models":[{"id":"m","match":{"equals":"m"},"prices":{"input_mtok":1,"output_mtok":2}}]}]' > "$lists/data.json"
        echo '{"m":{"litellm_provider":"acme","mode":"chat","input_cost_per_token":1e-06,"output_cost_per_token":2e-06}}' > "$lists/litellm.json"
        echo '{"acme":{"id":"acme","models":{"m":{"id":"m","cost":{"input":1,"output":2}}}}}' > "$lists/api.json"
        usage prices import "$lists/data.json" --format genai-prices
        """;

    private const string ExportOverHttp = """
        WORKSPACE=$(psql "$TEST_URL" -qtAc 'select id from workspace limit 1')
        until_it_says Listening ./usage serve --urls http://127.0.0.1:5080
        curl "localhost:5080/api/workspaces/$WORKSPACE/usage/export?from=2026-10-01&to=2026-10-31&format=csv&by=hour" -o october.csv
        rm october.csv october.focus.csv october.parquet
        """;

    private const string CompareWithACopy = """
        ./usage migrate && ./usage backfill
        psql "$TEST_URL" -qc 'create table public.task_usage_hourly as select * from usage_rollup.hourly'
        ./usage compare --with public.task_usage_hourly
        """;

    /// <summary>A document that is not here is walked through with all its lines as they stand, in the clone.</summary>
    public static Walkthrough Of(string document) => Special.GetValueOrDefault(document) ?? new(Place.Clone, []);

    private static Dictionary<string, Walkthrough> Special { get; } = new()
    {
        ["README.md"] = new(
            Place.CloneWithoutDatabase,
            [
                new("./usage demo", "until_it_says 'dashboard is at' ./usage demo --tasks 2000", EndedByTheTest),
                new("./usage test", "./usage test --filter-class '*HourRangeTests'", "this test is part of it"),
                new("./usage serve --urls http://127.0.0.1:5081 &", "until_it_says Listening ./usage serve --urls http://127.0.0.1:5081", EndedByTheTest),
            ]),
        ["CONTRIBUTING.md"] = new(
            Place.CloneWithoutDatabase,
            [
                new("./usage test    ", "./usage test --filter-class '*HourRangeTests'", "this test is part of it"),
                new("./usage test --soak 300", "./usage test --soak 1", "it takes as long as one likes"),
                new("./usage bench steady", ":", "a benchmark takes minutes of a machine of its own; the build of the solution compiles it"),
                new("./usage pack", ":", RunByTheFixture),
            ]),
        ["docs/connect.md"] = new(
            Place.Clone,
            [
                new("usage prices import data.json --format genai-prices   ", GenAIPrices, MadeHere),
                new("usage prices import data.json --format genai-prices --apply", "usage prices import \"$lists/data.json\" --format genai-prices --apply", MadeHere),
                new("usage prices import model_prices_and_context_window.json", "usage prices import \"$lists/litellm.json\" --format litellm --effective-from 2026-11-01 --apply", MadeHere),
                new("usage prices import api.json", "usage prices import \"$lists/api.json\" --format models-dev --effective-from 2026-11-01 --text-only --apply", MadeHere),
                new("curl \"localhost:5080/api/workspaces/$WORKSPACE/usage/export", ExportOverHttp, "somebody has chosen a workspace, and the program serves"),
            ]),
        ["docs/migrating.md"] = new(
            Place.Clone,
            [new("usage compare --with", CompareWithACopy, "somebody has an application with such a table")]),
        ["docs/getting-started.md"] = new(
            Place.Application,
            [
                new("dotnet run --urls http://127.0.0.1:5080 &", "until_it_says 'Now listening' dotnet run --urls http://127.0.0.1:5080", EndedByTheTest),
                new("usage verify", WaitForBackfill + "usage verify", "it fails until the host has drained the backfill that it began"),
            ],
            "psql \"$TEST_URL\" -qtAc 'select input_tokens from usage_rollup.hourly' | grep -x 100"),
        ["samples/README.md"] = new(
            Place.Clone,
            [
                new("./usage pack", ":", RunByTheFixture),
                new("dotnet run --project samples/Api", "until_it_says 'Now listening' dotnet run --project samples/Api --artifacts-path \"$(mktemp -d)\" --urls http://127.0.0.1:0", EndedByTheTest),
            ]),
        ["samples/AgentLoop/README.md"] = new(
            Place.Clone,
            [
                new("createdb agent_loop", ":", "the test has made a database"),
                new(
                    "ConnectionStrings__App=", "Urls=http://127.0.0.1:0 ConnectionStrings__App=\"$TEST_CONNECTION\" until_it_says 'Now listening' dotnet run --project samples/AgentLoop -c Release --artifacts-path artifacts/pack", EndedByTheTest),
            ],
            "until [[ $(psql \"$TEST_URL\" -qtAc \"select sum(event_count) > 1 from usage_rollup.hourly\") == t ]]; do sleep 0.1; done"),
        ["src/Usage.Host/README.md"] = new(
            Place.Clone,
            [new("usage serve", "until_it_says Listening usage serve --urls http://127.0.0.1:0", EndedByTheTest)]),
    };
}

/// <summary>A line of a block.</summary>
/// <param name="Line">How it begins; no other line of the document begins so.</param>
/// <param name="Instead">What is run in its place.</param>
/// <param name="Reason">Why it can't be run as it stands.</param>
internal sealed record DrivenLine(string Line, string Instead, string Reason);

/// <summary>Where a reader of a document is.</summary>
internal enum Place
{
    /// <summary>In a clone, with a database that is named, migrated and empty.</summary>
    Clone,

    /// <summary>In a clone on a new machine: <c>./usage</c> starts a PostgreSQL.</summary>
    CloneWithoutDatabase,

    /// <summary>In the folder of an application, which has a database with usage and has never heard of Usage.</summary>
    Application,
}
