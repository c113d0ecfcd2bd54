using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Usage.Engine;
using Usage.Tests.Integration.Databases;

namespace Usage.Tests.Integration.Diagnostics;

/// <summary>A host whose metrics are collected; its services are not started.</summary>
internal sealed class Measured : IAsyncDisposable
{
    private readonly ServiceProvider services;

    /// <param name="database">Where it works.</param>
    /// <param name="time">Its clock; null for the machine's.</param>
    /// <param name="name">Of its connections.</param>
    public Measured(TestDatabase database, TimeProvider? time = null, string name = "measured")
    {
        var collection = new ServiceCollection()
            .AddSingleton(_ => database.Connect(address => address.ApplicationName = name))
            .AddUsageEngine(options =>
            {
                options.DrainInBackground = false;
                // A test that stalls is not to make a replica look ended.
                options.HeartbeatTimeout = TimeSpan.FromHours(1);
            });
        if (time is not null)
        {
            collection.AddSingleton(time);
        }

        services = collection.BuildServiceProvider();
    }

    public EngineParts Parts => services.GetRequiredService<EngineParts>();

    public MetricCollector<T> Collect<T>(string instrument)
        where T : struct => new(services.GetRequiredService<IMeterFactory>(), "Usage.Engine", instrument);

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
