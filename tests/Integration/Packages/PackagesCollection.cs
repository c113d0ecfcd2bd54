using Xunit;

namespace Usage.Tests.Integration.Packages;

/// <summary>Tests that share the packed packages.</summary>
[CollectionDefinition]
public sealed class PackagesCollection : ICollectionFixture<PackedPackages>;
