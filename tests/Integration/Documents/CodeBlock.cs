namespace Usage.Tests.Integration.Documents;

/// <summary>A fenced block of a document.</summary>
/// <param name="Document">Path of the document from the root of the repository.</param>
/// <param name="Line">Number of its first line in the document.</param>
/// <param name="Language">What the fence says; empty when it says nothing.</param>
/// <param name="Text">Its lines.</param>
internal sealed record CodeBlock(string Document, int Line, string Language, string Text)
{
    /// <summary>Whether it is a whole C# program, and no part of one.</summary>
    public bool IsProgram => Language == "csharp" && (Text.Contains("CreateBuilder(args)", StringComparison.Ordinal) || ForWorkers);

    /// <summary>Whether it is a program without ASP.NET Core.</summary>
    public bool ForWorkers => Text.Contains("CreateApplicationBuilder(args)", StringComparison.Ordinal);

    public override string ToString() => $"{Document}:{Line}";
}
