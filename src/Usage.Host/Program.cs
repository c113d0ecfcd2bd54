using Usage.Host.Cli;

return await UsageCommandLine.RunAsync(new HostContext(TimeProvider.System), args);
