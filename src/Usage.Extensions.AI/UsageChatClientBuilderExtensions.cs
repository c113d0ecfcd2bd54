using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Usage.Extensions.AI;

namespace Microsoft.Extensions.AI;

/// <summary>Adds the recording of usage to a pipeline of chat clients.</summary>
public static class UsageChatClientBuilderExtensions
{
    /// <summary>
    /// Records each model call, streamed or not, for the task that <see cref="UsageScope"/> or the call's options name. Recording neither fails
    /// a call nor delays it.
    /// </summary>
    /// <remarks>
    /// Call it last, after <c>UseFunctionInvocation</c> and <c>UseDistributedCache</c>: then each turn is counted once, and a response from
    /// the cache not at all. Any other order logs a warning.
    /// </remarks>
    /// <param name="builder">The pipeline.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="InvalidOperationException">When the pipeline is built: <c>AddUsageChatRecording</c> was not called.</exception>
    public static ChatClientBuilder UseUsage(this ChatClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Use((inner, services) =>
        {
            var queue = services.GetService<ModelCallQueue>() ?? throw new InvalidOperationException(
                "UseUsage needs services.AddUsageEngine(…) and services.AddUsageChatRecording(), and the provider of those in Build(services).");
            var logger = services.GetRequiredService<ILogger<UsageChatClient>>();
            if (inner.GetService<FunctionInvokingChatClient>() is not null)
            {
                logger.WrongOrder("UseFunctionInvocation");
            }

            if (inner.GetService<CachingChatClient>() is not null)
            {
                logger.WrongOrder("a cache");
            }

            return new UsageChatClient(inner, queue, services.GetRequiredService<ModelCallMetrics>(), services.GetRequiredService<TimeProvider>());
        });
    }
}
