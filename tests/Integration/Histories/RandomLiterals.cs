using FsCheck;
using FsCheck.Fluent;

namespace Usage.Tests.Integration.Histories;

/// <summary>Random literals for statements.</summary>
internal static class RandomLiterals
{
    public static Gen<string> Workspace { get; } = Gen.Choose(1, World.Workspaces).Select(World.Workspace);

    public static Gen<string> Agent { get; } = Gen.Choose(1, World.Agents).Select(World.Agent);

    public static Gen<string> Runtime { get; } = Gen.Choose(1, World.Runtimes).Select(World.Runtime);

    public static Gen<string> RuntimeOrNone { get; } = OrNone(Runtime);

    public static Gen<string> Project { get; } = Gen.Choose(1, World.Projects).Select(World.Project);

    public static Gen<string> ProjectOrNone { get; } = OrNone(Project);

    public static Gen<string> Issue { get; } = Gen.Choose(1, World.Issues).Select(World.Issue);

    public static Gen<string> IssueOrNone { get; } = OrNone(Issue);

    public static Gen<string> AgentTask { get; } = Gen.Choose(1, World.BusyTasks).Select(World.AgentTask);

    public static Gen<string> UsageRow { get; } = Gen.Choose(1, World.UsageRows).Select(World.UsageRow);

    public static Gen<string> Provider { get; } = Gen.Elements("'openai'", "'OpenAI'", "'OPENAI'", "'anthropic'", "''");

    public static Gen<string> Model { get; } = Gen.Elements("'small'", "'large'");

    /// <summary>A cost or NULL, equally likely.</summary>
    public static Gen<string> Cost { get; } = Gen.OneOf(Gen.Constant("null"), Gen.Choose(0, 9).Select(ticks => $"{ticks}"));

    public static Gen<string> Tokens { get; } = Gen.Choose(0, 9).Select(tokens => $"{tokens}");

    /// <summary>The starts of the hours that contain nearly all usage.</summary>
    public static Gen<string> Hour { get; } = Gen.Choose(0, 2).Select(hour => $"timestamptz '2026-03-29 0{hour}:00:00+00'");

    /// <summary>In one of three hours, including both ends; occasionally at or beyond an end of the rollup's range.</summary>
    public static Gen<string> CreatedAt { get; } = Gen.Frequency(
        (12, from hour in Gen.Choose(0, 2)
             from time in Gen.Elements("00:00.000000", "12:34.567891", "59:59.999999")
             select $"'2026-03-29 0{hour}:{time}+00'"),
        (1, Gen.Elements("'2000-01-01 00:00:00+00'", "'2100-12-31 23:59:59.999999+00'")),
        (2, Gen.Elements("'1999-12-31 23:59:59.999999+00'", "'2101-01-01 00:00:00+00'", "'infinity'", "'-infinity'")));

    private static Gen<string> OrNone(Gen<string> id) => Gen.Frequency((4, id), (1, Gen.Constant("null")));
}
