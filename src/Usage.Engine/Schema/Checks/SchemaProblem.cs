namespace Usage.Engine.Schema.Checks;

/// <summary>A requirement that the database does not meet.</summary>
/// <param name="What">What is wrong.</param>
/// <param name="Fix">How to fix it, usually SQL.</param>
internal sealed record SchemaProblem(string What, string Fix)
{
    /// <summary>Combines all problems into one error.</summary>
    public static UsageSchemaException Error(IReadOnlyList<SchemaProblem> problems) => new(
        $"The database does not meet Usage's requirements. Problems found: {problems.Count}, each listed with its fix."
        + string.Concat(problems.Select(problem => $"\n- {problem.What}\n      {problem.Fix}"))
        + (problems.Any(problem => problem.Fix.StartsWith("create table", StringComparison.Ordinal))
            ? "\nTo create the application's tables in an empty database, run migrate with --standalone."
            : ""));
}
