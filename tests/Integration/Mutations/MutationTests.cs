using Usage.Engine.Diagnostics;
using Usage.Engine.Draining;
using Usage.Tests.Integration.Databases;
using Usage.Tests.Integration.Engines;
using Xunit;

namespace Usage.Tests.Integration.Mutations;

/// <summary>
/// Runs a forced interleaving against the real schema, and against a variant that is known to drift. Each test has its own
/// database and shows that the interleaving distinguishes the two.
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
