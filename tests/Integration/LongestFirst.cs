using Usage.Tests.Integration;
using Usage.Tests.Integration.Faults;
using Usage.Tests.Integration.Histories;
using Usage.Tests.Integration.Packages;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Usage.Tests.Integration;

/// <summary>Starts the longest collections first, so that the run does not end with one of them and idle threads.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest =
    [
        typeof(PackagesCollection).FullName!, "Dashboard", typeof(SoakTests).FullName!, typeof(FrozenHostTests).FullName!, typeof(RestartTests).FullName!,
        typeof(HistoryTests).FullName!, typeof(KilledHostTests).FullName!,
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => Place(collection.TestCollectionDisplayName))];

    private static int Place(string name)
    {
        var place = Array.FindIndex(Longest, each => name.Contains(each, StringComparison.Ordinal));
        return place < 0 ? Longest.Length : place;
    }
}
