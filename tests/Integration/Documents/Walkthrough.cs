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

    /// <summary>The program by the name that the document uses, and a model of each list.</summary>
    private const string PriceLists = """
        usage() { ./usage "$@"; }
        echo '[{"id":"acme","name":"Acme","api_pattern":"x","models":[{"id":"m","match":{"equals":"m"},"prices":{"input_mtok":1.5,"output_mtok":6}}]}]' >data.json
        echo '{"m":{"litellm_provider":"acme","mode":"chat","input_cost_per_token":0.000002,"output_cost_per_token":0.000008}}' >model_prices_and_context_window.json
        echo '{"acme":{"id":"acme","name":"Acme","models":{"m":{"id":"m","name":"M","cost":{"input":1,"output":2},"modalities":{"input":["text"],"output":["text"]}}}}}' >api.json

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
        ["docs/getting-started.md"] = new(
            Place.Application,
            [
                new("dotnet run --urls http://127.0.0.1:5080 &", "until_it_says 'Now listening' dotnet run --urls http://127.0.0.1:5080", EndedByTheTest),
                new("usage verify", WaitForBackfill + "usage verify", "it fails until the host has drained the backfill that it began"),
            ],
            "psql \"$TEST_URL\" -qtAc 'select input_tokens from usage_rollup.hourly' | grep -x 100"),
        ["docs/connect.md"] = new(
            Place.Clone,
            [
                new("usage prices import data.json --format genai-prices      ", PriceLists + "usage prices import data.json --format genai-prices", "others keep these lists"),
                new(
                    "curl \"localhost:5080/api/workspaces/$WORKSPACE/usage/export",
                    "WORKSPACE=$(psql \"$TEST_URL\" -qtAc 'select id from workspace'); until_it_says Listening ./usage serve --urls http://127.0.0.1:5080; "
                    + "curl \"localhost:5080/api/workspaces/$WORKSPACE/usage/export?from=2026-10-01&to=2026-10-31&format=csv&by=hour\" -o october.csv",
                    "the host and its workspace are the test's"),
            ],
            "test -s october.parquet && grep -q BilledCost october.focus.csv && grep -q cost_usd october.csv"),
        ["samples/AgentLoop/README.md"] = new(
            Place.Clone,
            [
                new("createdb agent_loop", ":", "the test has a database"),
                new(
                    "ConnectionStrings__App=",
                    "until_it_says 'Now listening' env ConnectionStrings__App=\"$TEST_CONNECTION\" Urls=http://127.0.0.1:0 dotnet run --project samples/AgentLoop",
                    EndedByTheTest),
            ],
            "until [[ $(psql \"$TEST_URL\" -qtAc \"select exists (select from usage_rollup.hourly h join workspace w on w.id = h.workspace_id where w.name = 'Weather desk')\") == t ]]; do sleep 0.1; done"),
        ["samples/README.md"] = new(
            Place.Clone,
            [
                new("./usage pack", ":", RunByTheFixture),
                new("dotnet run --project samples/Api", "until_it_says 'Now listening' dotnet run --project samples/Api --urls http://127.0.0.1:0", EndedByTheTest),
            ]),
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
