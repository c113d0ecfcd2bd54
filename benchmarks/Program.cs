using BenchmarkDotNet.Running;
using Usage.Benchmarks.Running;
using Usage.Host.Cli;

if (args is ["micro", .. var rest])
{
    BenchmarkSwitcher.FromAssembly(typeof(LoadProgram).Assembly).Run(rest.Length > 0 ? rest : ["--filter", "*"]);
    return 0;
}

using ShutdownSignals signals = new();
return signals.ExitCode(await LoadProgram.RunAsync(args, TimeProvider.System, signals.Token));
