namespace Usage.Demo.LocalPostgres;

/// <summary>Lets one process at a time change a cluster. The operating system releases it when the process ends.</summary>
internal static class FolderLock
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(100);

    public static async Task<IDisposable> TakeAsync(string file, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(file))
            {
                await Task.Delay(BetweenTries, time, cancellationToken);
            }
        }
    }
}
