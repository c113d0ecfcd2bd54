using System.Text;

namespace Usage.Tests.Integration.Histories;

/// <summary>One statement of a writer, ready for psql.</summary>
/// <param name="Event">What it does to the application, in words.</param>
/// <param name="Sql">The statement.</param>
/// <param name="CopiedRows">The rows of a COPY in text form; null for any other statement.</param>
/// <param name="ShownInWords">Whether its words say enough for a reader.</param>
internal sealed record Statement(string Event, string Sql, string? CopiedRows = null, bool ShownInWords = false)
{
    public override string ToString() =>
        ShownInWords ? $"-- {Event}" : CopiedRows is null ? $"{Sql};" : $"{Sql};\n{CopiedRows}\\.";
}

/// <summary>A writer's transaction; where a statement fails, it goes on from its newest savepoint, or is rolled back.</summary>
internal sealed record Transaction(string Isolation, IReadOnlyList<Statement> Statements, bool Commits)
{
    public override string ToString() =>
        new StringBuilder($"begin isolation level {Isolation};\n")
            .AppendJoin('\n', Statements).Append(Commits ? "\ncommit;" : "\nrollback;").ToString();
}

/// <summary>What one connection does, one transaction after the other.</summary>
internal sealed record Writer(IReadOnlyList<Transaction> Transactions);

/// <summary>How a drainer behaves. Its behaviour is drawn from the seed, its luck is up to the scheduler.</summary>
/// <param name="Background">Whether it is the hosted loop, rather than calls for a drain.</param>
/// <param name="Pauses">Of a hundred steps, how many are followed by a pause.</param>
/// <param name="Deaths">Of a thousand steps, how many are its last, in one way or another.</param>
/// <param name="SilenceAllowed">After which pause the server ends its transaction; null for one that it never reaches.</param>
internal sealed record Drainer(bool Background, int Pauses, int Deaths, TimeSpan? SilenceAllowed, int Seed);

/// <summary>Writers and drainers that run at the same time.</summary>
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
