using Usage.Benchmarks.Running;

namespace Usage.Benchmarks.DataSets;

/// <summary>Three months of usage, whatever the number of rows: reports of 90 days are covered at any scale.</summary>
internal static class QuarterHistory
{
    public const int Rows = 2_000_000;

    public const int Days = 92;

    /// <summary>The quarter, or with more rows a longer time at the same pace.</summary>
    public static Task<DataSet> OpenAsync(BenchmarkSetting setting, int quarters, CancellationToken cancellationToken) =>
        DataSet.OpenAsync(setting.Server, "quarter", quarters * setting.Sized(Rows), quarters * Days * 24, cancellationToken);
}
