using System.Text;

namespace Usage.Tests.Integration.Histories;

/// <summary>One statement of a writer, in psql syntax.</summary>
/// <param name="Event">Description of the change.</param>
/// <param name="Sql">The statement.</param>
/// <param name="CopiedRows">The rows of a COPY in text form; null for any other statement.</param>
/// <param name="ShownInWords">Whether the description is sufficient for display.</param>
internal sealed record Statement(string Event, string Sql, string? CopiedRows = null, bool ShownInWords = false)
{
    public override string ToString() =>
        ShownInWords ? $"-- {Event}" : CopiedRows is null ? $"{Sql};" : $"{Sql};\n{CopiedRows}\\.";
}

/// <summary>A writer's transaction. If a statement fails, it continues from its newest savepoint, or is rolled back.</summary>
internal sealed record Transaction(string Isolation, IReadOnlyList<Statement> Statements, bool Commits)
{
    public override string ToString() =>
        new StringBuilder($"begin isolation level {Isolation};\n")
            .AppendJoin('\n', Statements).Append(Commits ? "\ncommit;" : "\nrollback;").ToString();
}

/// <summary>The transactions of one connection, in sequence.</summary>
internal sealed record Writer(IReadOnlyList<Transaction> Transactions);

/// <summary>A drainer's behaviour. It is derived from the seed, but the interleaving depends on the scheduler.</summary>
/// <param name="Background">Whether it is the hosted loop instead of drains on request.</param>
/// <param name="Pauses">Percentage of steps followed by a pause.</param>
/// <param name="Deaths">Steps per thousand at which it dies in some way.</param>
/// <param name="SilenceAllowed">Pause after which the server ends its transaction; null for one that it never reaches.</param>
internal sealed record Drainer(bool Background, int Pauses, int Deaths, TimeSpan? SilenceAllowed, int Seed);

/// <summary>Writers and drainers that run concurrently.</summary>
internal sealed record History(IReadOnlyList<Writer> Writers, IReadOnlyList<Drainer> Drainers)
{
    public int TransactionCount => Writers.Sum(writer => writer.Transactions.Count);

    public override string ToString()
    {
        StringBuilder text = new();
        foreach (var drainer in Drainers)
        {
            text.AppendLine($"-- {drainer}");
        }

        foreach (var (number, writer) in Writers.Index())
        {
            text.AppendLine($"-- writer {number + 1} of {Writers.Count}").AppendJoin('\n', writer.Transactions).AppendLine();
        }

        return text.ToString();
    }
}
