using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Usage.Engine;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the engine with a host's services.</summary>
public static class UsageEngineServiceCollectionExtensions
{
    /// <summary>
    /// Registers <c>IUsageEngine</c>, <c>IUsageRecorder</c>, <c>IUsageReports</c>, <c>UsageMigrator</c> and a hosted service that
    /// drains in the background. A service that is registered before is kept, so that a test can replace it. Uses the registered <c>NpgsqlDataSource</c>, which must map NodaTime types, unless <see
    /// cref="UsageEngineOptions.ConnectionString"/> is set.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets options, which are validated when the host starts.</param>
    /// <exception cref="InvalidOperationException">The engine is already registered.</exception>
    public static IServiceCollection AddUsageEngine(this IServiceCollection services, Action<UsageEngineOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        return EngineRegistration.Add(services, key: null, options => options.Configure(configure ?? (_ => { })));
    }

    /// <summary>
    /// Registers the engine with options from a configuration section, such as <c>configuration.GetSection("Usage")</c>.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="section">
    /// The section with the options, by property name; validated when the host starts. Other keys are ignored.
    /// <c>services.Configure&lt;UsageEngineOptions&gt;(…)</c> overrides the section.
    /// </param>
    /// <exception cref="ArgumentException">The argument is the configuration root instead of a section.</exception>
    /// <exception cref="InvalidOperationException">The engine is already registered.</exception>
    public static IServiceCollection AddUsageEngine(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(services);
        return EngineRegistration.Add(services, key: null, Bound(section));
    }

    /// <summary>
    /// Registers an engine for one of several databases: the services of <see cref="AddUsageEngine(IServiceCollection, Action{UsageEngineOptions}?)"/>
    /// as keyed services, with a loop, a connection pool and limits of its own. Uses the <c>NpgsqlDataSource</c> that is registered with the same key, unless
    /// <see cref="UsageEngineOptions.ConnectionString"/> is set.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="serviceKey">
    /// Names the engine: the key of its services, the name of its options, the tag <c>usage.engine</c> of its metrics, part of its log category. 1 to
    /// 64 characters.
    /// </param>
    /// <param name="configure">Sets options, which are validated when the host starts.</param>
    /// <exception cref="ArgumentException">The key is blank or too long.</exception>
    /// <exception cref="InvalidOperationException">An engine with this key is already registered.</exception>
    public static IServiceCollection AddKeyedUsageEngine(
        this IServiceCollection services, string serviceKey, Action<UsageEngineOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        return EngineRegistration.Add(services, Checked(serviceKey), options => options.Configure(configure ?? (_ => { })));
    }

    /// <summary>
    /// Registers an engine for one of several databases, with options from a configuration section, such as
    /// <c>configuration.GetSection("Usage:Europe")</c>.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="serviceKey">Names the engine. 1 to 64 characters.</param>
    /// <param name="section">The section with the options, by property name; validated when the host starts.</param>
    /// <exception cref="ArgumentException">The key is blank or too long, or the section is the configuration root.</exception>
    /// <exception cref="InvalidOperationException">An engine with this key is already registered.</exception>
    public static IServiceCollection AddKeyedUsageEngine(this IServiceCollection services, string serviceKey, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(services);
        return EngineRegistration.Add(services, Checked(serviceKey), Bound(section));
    }

    private static Action<OptionsBuilder<UsageEngineOptions>> Bound(IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return section is IConfigurationRoot
            ? throw new ArgumentException(
                $"The configuration root was passed. Pass a section: configuration.GetSection(\"{UsageEngineOptions.SectionName}\").", nameof(section))
            : options => options.Bind(section);
    }

    private static string Checked(string serviceKey)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(serviceKey);
        return serviceKey.Length <= 64
            ? serviceKey
            : throw new ArgumentException($"The key '{serviceKey}' has {serviceKey.Length} characters. It must have 64 at most.", nameof(serviceKey));
    }
}
