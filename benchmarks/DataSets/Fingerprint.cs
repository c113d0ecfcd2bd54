using System.Security.Cryptography;
using Usage.Engine;

namespace Usage.Benchmarks.DataSets;

/// <summary>Tells data sets apart that were made by other scripts than those of this build.</summary>
internal static class Fingerprint
{
    /// <summary>A hash of the scripts that a data set is made by.</summary>
    public static string Current { get; } = Compute();

    private static string Compute()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var assembly in new[] { typeof(UsageEngine).Assembly, typeof(Fingerprint).Assembly })
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
