using System.Security.Cryptography;
using Usage.Engine;

namespace Usage.Benchmarks.DataSets;

/// <summary>Identifies the scripts that generated a data set.</summary>
internal static class Fingerprint
{
    /// <summary>A hash of this build's scripts.</summary>
    public static string Current { get; } = Compute();

    private static string Compute()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var assembly in new[] { typeof(IUsageEngine).Assembly, typeof(Fingerprint).Assembly })
        {
            foreach (var name in assembly.GetManifestResourceNames().Where(IsOfDataSets).Order(StringComparer.Ordinal))
            {
                using var script = assembly.GetManifestResourceStream(name)!;
                hash.AppendData(SHA256.HashData(script));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static bool IsOfDataSets(string name) =>
        name.Contains(".Schema.", StringComparison.Ordinal) || name.Contains(".DataSets.", StringComparison.Ordinal);
}
