using DotNet.Testcontainers.Configurations;
using Testcontainers.PostgreSql;

namespace Usage.Demo.LocalPostgres;

/// <summary>A PostgreSQL container that keeps running between commands, until <see cref="RemoveAsync"/>.</summary>
internal sealed class DockerPostgres(ClusterFolder folder)
{
    private const string Image = "postgres:17";

    private static string Name => $"usage-postgres-{Environment.UserName}";

    private bool WasStarted => File.Exists(folder.PasswordFile) && !Directory.Exists(folder.Data);

    /// <summary>Whether a Docker engine is available.</summary>
    public static async Task<bool> AnswersAsync(CancellationToken cancellationToken) =>
        ProgramPath.Find("docker") is { } docker
        && (await ExternalProgram.RunAsync(docker, ["info", "--format", "{{.ServerVersion}}"], cancellationToken)).Succeeded;

    public async Task<string> StartAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (!WasStarted)
        {
            folder.WritePassword();
        }

        // Disables the resource reaper, because the container outlives this process.
        TestcontainersSettings.ResourceReaperEnabled = false;
        var container = new PostgreSqlBuilder(Image)
            .WithName(Name)
            .WithLabel("usage", "local-postgres")
            .WithUsername("usage")
            .WithDatabase("usage")
            .WithPassword(await File.ReadAllTextAsync(folder.PasswordFile, cancellationToken))
            .WithCreateParameterModifier(create =>
            {
                foreach (var binding in create.HostConfig?.PortBindings?.Values.SelectMany(bindings => bindings) ?? [])
                {
                    binding.HostIP = "127.0.0.1";
                }
            })
            .WithReuse(true)
            .WithCleanUp(false)
            .Build();
        await container.StartAsync(cancellationToken);
        return container.GetConnectionString();
    }

    /// <returns>Whether there was a container to stop.</returns>
    public async Task<bool> StopAsync(CancellationToken cancellationToken) =>
        WasStarted && (await ExternalProgram.RunAsync("docker", ["stop", Name], cancellationToken)).Succeeded;

    /// <returns>Whether there was a container to remove.</returns>
    public async Task<bool> RemoveAsync(CancellationToken cancellationToken) =>
        WasStarted && (await ExternalProgram.RunAsync("docker", ["rm", "--force", "--volumes", Name], cancellationToken)).Succeeded;
}
