using Spectre.Console;

namespace Usage.Host.Cli;

/// <summary>
/// Shows the progress of a long operation on standard error: a bar on a terminal, otherwise a line every few seconds.
/// </summary>
internal sealed class WorkDisplay(string title, TimeProvider time)
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    public async Task<T> RunAsync<TProgress, T>(Func<TProgress, WorkDone> measure, Func<IProgress<TProgress>, Task<T>> work)
    {
        var start = time.GetTimestamp();
        if (Console.IsErrorRedirected)
        {
            return await work(new Watcher<TProgress>(EveryFewSeconds(start), measure));
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 20 }, new PercentageColumn())
            .StartAsync(context =>
            {
                var bar = context.AddTask(title, maxValue: 1).IsIndeterminate();
                return work(new Watcher<TProgress>(done => Draw(bar, done, start), measure));
            });
    }

    private void Draw(ProgressTask bar, WorkDone done, long start)
    {
        bar.Description = $"{title}: {done.Describe(time.GetElapsedTime(start))}";
        if (done.Share is { } share)
        {
            bar.IsIndeterminate(false);
            bar.Value = share;
        }
    }

    private Action<WorkDone> EveryFewSeconds(long start)
    {
        var last = start;
        return done =>
        {
            if (time.GetElapsedTime(last) >= BetweenLines)
            {
                last = time.GetTimestamp();
                Console.Error.WriteLine($"{title}: {done.Describe(time.GetElapsedTime(start))}");
            }
        };
    }

    /// <summary>Reports synchronously, so that lines stay in order.</summary>
    private sealed class Watcher<TProgress>(Action<WorkDone> show, Func<TProgress, WorkDone> measure) : IProgress<TProgress>
    {
        private readonly Lock turn = new();

        public void Report(TProgress value)
        {
            lock (turn)
            {
                show(measure(value));
            }
        }
    }
}
