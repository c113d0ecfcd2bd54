using Usage.Engine.Maintenance;
using Usage.Host.Demo.Writing;

namespace Usage.Host.Demo;

/// <summary>Who is told what a demo does.</summary>
/// <param name="Said">Lines of text.</param>
/// <param name="Writing">The making of history.</param>
/// <param name="Backfill">The backfill.</param>
/// <param name="Verification">The verification.</param>
internal sealed record DemoProgress(
    IProgress<string> Said, IProgress<WritingProgress> Writing, IProgress<BackfillProgress> Backfill,
    IProgress<VerifyProgress> Verification);
