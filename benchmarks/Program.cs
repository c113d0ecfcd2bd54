using BenchmarkDotNet.Running;
using Usage.Benchmarks.Running;

if (args is ["micro", .. var rest])
{
    BenchmarkSwitcher.FromAssembly(typeof(LoadProgram).Assembly).Run(rest.Length > 0 ? rest : ["--filter", "*"]);
    return 0;
}

using CancellationTokenSource stop = new();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
return await LoadProgram.RunAsync(args, TimeProvider.System, stop.Token);
