using Usage.Engine.Diagnostics;
using Usage.Engine.Draining;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Mutations;

/// <summary>
/// Runs one forced interleaving against the schema as it is, and against a variant of it that is known to drift: each test
/// has a database of its own, and asks whether the interleaving can tell the two apart.
/// </summary>
public abstract class MutationTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly List<TestEngine> engines = [];

    protected TestDatabase Database { get; private set; } = null!;

    protected Seed Seed => Database.Seed;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Database = await postgres.CreateDatabaseAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var engine in engines)
        {
            await engine.DisposeAsync();
        }

        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected Task<OpenTransaction> BeginAsync() => OpenTransaction.BeginAsync(Database);

    private protected TestEngine Replica(IDrainObserver? observer = null)
    {
        var engine = TestEngine.On(Database, observer);
        engines.Add(engine);
        return engine;
    }

    protected Task<DrainResult> DrainAsync() => Replica().Engine.DrainAsync(cancellationToken: Cancellation);
}
