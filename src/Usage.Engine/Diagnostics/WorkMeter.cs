using System.Diagnostics;
using System.Diagnostics.Metrics;
using Usage.Engine.Database;

namespace Usage.Engine.Diagnostics;

/// <summary>Times a kind of work and puts a span around it, both with the same tags.</summary>
/// <param name="duration">Where the time goes, in seconds.</param>
/// <param name="span">The span's name.</param>
/// <param name="time">Measures.</param>
internal sealed class WorkMeter(Histogram<double> duration, string span, TimeProvider time)
{
    /// <param name="about">What is known before: bounded in its values.</param>
    /// <param name="work">What is timed. Its error is thrown.</param>
    /// <param name="outcome">What is known after: bounded in its values.</param>
    public async Task<T> RunAsync<T>(
        KeyValuePair<string, object?>? about, Func<Task<T>> work, Func<T, KeyValuePair<string, object?>> outcome)
    {
        using var activity = EngineTracing.Start(span);
        var started = time.GetTimestamp();
        TagList tags = default;
        if (about is { } before)
        {
            tags.Add(before);
        }

        try
        {
            var result = await work().ConfigureAwait(false);
            tags.Add(outcome(result));
            return result;
        }
        catch (Exception error)
        {
            tags.Add(EngineMetrics.ErrorTag, Failure.TypeOf(error));
            EngineTracing.Failed(activity, error);
            throw;
        }
        finally
        {
            duration.Record(time.GetElapsedTime(started).TotalSeconds, tags);
            foreach (var (name, value) in tags)
            {
                activity?.SetTag(name, value);
            }
        }
    }
}
