namespace Usage.Engine.Schema.Checks;

/// <summary>Something that the engine relies on and does not find.</summary>
/// <param name="What">What is wrong.</param>
/// <param name="Mend">What would mend it, mostly SQL.</param>
internal sealed record SchemaProblem(string What, string Mend)
{
    /// <summary>One error that names all of them.</summary>
    public static UsageSchemaException Error(IReadOnlyList<SchemaProblem> problems) => new(
        $"Usage does not find what it relies on: {problems.Count} {(problems.Count == 1 ? "problem" : "problems")}, "
        + "each with what would mend it."
        + string.Concat(problems.Select(problem => $"\n- {problem.What}\n      {problem.Mend}"))
        + (problems.Any(problem => problem.Mend.StartsWith("create table", StringComparison.Ordinal))
            ? "\nTo create the application's tables in a database that has none of them, migrate with --standalone."
            : ""));
}
