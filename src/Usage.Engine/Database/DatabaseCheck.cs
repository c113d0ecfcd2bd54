using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Usage.Engine.Database;

/// <summary>Refuses at the start of the host a configuration that names no database, or one that can't be understood.</summary>
internal sealed class DatabaseCheck(IServiceProviderIsService registered) : IValidateOptions<UsageEngineOptions>
{
    private const string Name = nameof(UsageEngineOptions.ConnectionString);

    public ValidateOptionsResult Validate(string? name, UsageEngineOptions options)
    {
        if (options.ConnectionString is not { } connectionString)
        {
            return registered.IsService(typeof(NpgsqlDataSource)) ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(
                $"The engine has no database: register an NpgsqlDataSource with the host, or set UsageEngineOptions.{Name}.");
        }

        if (string.IsNullOrWhiteSpace(connectionString))
        {
            return ValidateOptionsResult.Fail(
                $"{Name} is blank: it takes a connection string; left out, the engine takes the NpgsqlDataSource that the host registers.");
        }

        try
        {
            EngineDatabase.Build(connectionString).Dispose();
            return ValidateOptionsResult.Success;
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException or NotSupportedException or InvalidOperationException)
        {
            // Neither the value nor the message is repeated: both may hold a password.
            var place = error is ArgumentException { ParamName: { } part } ? $" at '{part}'" : "";
            return ValidateOptionsResult.Fail($"{Name} is not understood{place}: it takes the form Host=…;Database=…;Username=…;Password=….");
        }
    }
}
