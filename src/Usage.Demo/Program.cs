using Usage.Demo.Cli;
using Usage.Demo.LocalPostgres;
using Usage.Host.Cli;

var host = new HostContext(
    TimeProvider.System,
    (note, cancellationToken) => new LocalDatabase(note, TimeProvider.System).StartAsync(cancellationToken));

return await UsageCommandLine.RunAsync(
    host, args,
    DemoCommand.Create(host), LoadCommand.Create(host), UrlCommand.Create(host),
    LocalCommand.CreateInstall(host), LocalCommand.CreateStop(host), LocalCommand.CreateReset(host));
