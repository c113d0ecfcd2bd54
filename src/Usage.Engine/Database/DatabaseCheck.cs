using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Usage.Engine.Database;

/// <summary>Fails the host's start when no database is configured or the connection string can't be parsed.</summary>
internal sealed class DatabaseCheck(IServiceProviderIsService registered) : IValidateOptions<UsageEngineOptions>
{
    private const string Name = nameof(UsageEngineOptions.ConnectionString);

    public ValidateOptionsResult Validate(string? name, UsageEngineOptions options)
    {
        if (options.ConnectionString is not { } connectionString)
        {
            return registered.IsService(typeof(NpgsqlDataSource)) ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(
                $"No database is configured for the engine: register an NpgsqlDataSource, or set UsageEngineOptions.{Name}.");
        }

        if (string.IsNullOrWhiteSpace(connectionString))
        {
            return ValidateOptionsResult.Fail(
                $"{Name} is blank. Set it to a connection string, or leave it out to use the NpgsqlDataSource that the host registers.");
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
            return ValidateOptionsResult.Fail($"{Name} can't be parsed{place}. The expected form is Host=…;Database=…;Username=…;Password=….");
        }
    }
}
