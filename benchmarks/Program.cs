using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Usage.Benchmarks.Running;
using Usage.Host.Cli;

if (args is ["micro", .. var rest])
{
    // Run in-process: the default toolchain would look for a project named like the assembly.
    var config = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
    var summaries = BenchmarkSwitcher.FromAssembly(typeof(LoadProgram).Assembly).Run(rest.Length > 0 ? rest : ["--filter", "*"], config);
    return summaries.All(summary => summary.Reports.Length > 0 && summary.Reports.All(report => report.Success)) ? 0 : 1;
}

using ShutdownSignals signals = new();
return signals.ExitCode(await LoadProgram.RunAsync(args, TimeProvider.System, signals.Token));
