using Usage.Benchmarks.Running;

namespace Usage.Benchmarks.DataSets;

/// <summary>Three months of usage at any scale, so that it covers reports of 90 days.</summary>
internal static class QuarterHistory
{
    public const int Rows = 2_000_000;

    public const int Days = 92;

    /// <summary>Opens one or more quarters of usage.</summary>
    public static Task<DataSet> OpenAsync(BenchmarkSetting setting, int quarters, CancellationToken cancellationToken) =>
        DataSet.OpenAsync(setting.Server, "quarter", quarters * setting.Sized(Rows), quarters * Days * 24, cancellationToken);
}
