using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Usage.Engine.Database;

/// <summary>Fails the host's start when no database is configured or the connection string can't be parsed.</summary>
internal sealed class DatabaseCheck(IServiceProviderIsKeyedService registered) : IValidateOptions<UsageEngineOptions>
{
    public ValidateOptionsResult Validate(string? name, UsageEngineOptions options)
    {
        var primary = ValidatePrimary(name, options);
        return primary.Failed || options.ReportsConnectionString is not { } standby
            ? primary
            : Parse(nameof(UsageEngineOptions.ReportsConnectionString), standby, "leave it out to read reports from the primary");
    }

    private ValidateOptionsResult ValidatePrimary(string? key, UsageEngineOptions options)
    {
        const string Name = nameof(UsageEngineOptions.ConnectionString);
        if (options.ConnectionString is not { } connectionString)
        {
            if (string.IsNullOrEmpty(key))
            {
                return registered.IsService(typeof(NpgsqlDataSource)) ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(
                    $"No database is configured for the engine: register an NpgsqlDataSource, or set UsageEngineOptions.{Name}.");
            }

            return registered.IsKeyedService(typeof(NpgsqlDataSource), key) ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(
                $"No database is configured for the engine '{key}': register an NpgsqlDataSource with this key, or set UsageEngineOptions.{Name}.");
        }

        return Parse(Name, connectionString, "leave it out to use the NpgsqlDataSource that the host registers");
    }

    private static ValidateOptionsResult Parse(string name, string connectionString, string instead)
    {
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            return ValidateOptionsResult.Fail($"{name} is blank. Set it to a connection string, or {instead}.");
        }

        try
        {
            EngineDatabase.Build(connectionString).Dispose();
            return ValidateOptionsResult.Success;
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException or NotSupportedException or InvalidOperationException)
        {
            // Don't include the value or the original message: either may contain a password.
            var place = error is ArgumentException { ParamName: { } part } ? $" at '{part}'" : "";
            return ValidateOptionsResult.Fail($"{name} can't be parsed{place}. The expected form is Host=…;Database=…;Username=…;Password=….");
        }
    }
}
