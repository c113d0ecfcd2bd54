using System.CommandLine;
using Usage.AspNetCore.Access;
using Usage.Host.Authentication;

namespace Usage.Host.Cli;

/// <summary>Prints a token for the host's own endpoints, for development.</summary>
internal static class TokenCommand
{
    public static Command Create(HostContext host)
    {
        var user = CheckedOption.Create<Guid>(
            "--user", "GUID", "User id: the token's sub", Id, "a user id (GUID)");
        var scopes = new Option<string[]>("--scope")
        {
            Description = $"{UsageClaims.WriteScope} to record, {UsageClaims.AdminScope} to operate. Repeatable",
            HelpName = "SCOPE",
        };
        scopes.AcceptOnlyFromAmong(UsageClaims.WriteScope, UsageClaims.AdminScope);
        var workspaces = new Option<Guid[]>("--workspace")
        {
            Description = "A workspace whose usage may be recorded. Repeatable",
            HelpName = "GUID",
            Arity = ArgumentArity.OneOrMore,
            CustomParser = argument => [.. argument.Tokens.Select(token => WorkspaceId(argument, token.Value))],
        };
        var hours = CheckedOption.Create<int>(
            "--hours", "N", "Hours until it expires (default: 12)",
            text => int.TryParse(text, out var number) && number is >= 1 and <= 8_784 ? number : null,
            "a whole number from 1 to 8784");
        var command = new Command("token", "Print a token signed with Usage:Auth:SigningKey, for development; needs no database")
        {
            user, scopes, workspaces, hours,
        };
        command.SetAction(host.RunBare((arguments, output, _) =>
        {
            var options = AuthSettings.Read(HostConfiguration.Read(arguments.GetValue(host.Setting)));
            if (string.IsNullOrWhiteSpace(options.SigningKey))
            {
                throw new UsageConfigurationException(
                    "No signing key is configured: set Usage__Auth__Mode=Jwt, and Usage__Auth__SigningKey to the same secret of at least "
                    + "32 bytes for 'usage serve' and 'usage token'. 'openssl rand -base64 48' generates one.");
            }

            var subject = arguments.GetValue(user) is { } id ? id.ToString() : "usage-cli";
            var token = DevelopmentToken.Create(
                options, subject, arguments.GetValue(scopes) ?? [], arguments.GetValue(workspaces) ?? [], host.Time.GetUtcNow(),
                TimeSpan.FromHours(arguments.GetValue(hours) ?? 12));
            output.Result(new { Token = token }, token);
            return Task.FromResult(ExitCode.Success);
        }));
        return command;
    }

    private static Guid WorkspaceId(System.CommandLine.Parsing.ArgumentResult argument, string text)
    {
        if (Id(text) is { } id)
        {
            return id;
        }

        argument.AddError($"--workspace is '{text}': it must be a workspace id (GUID).");
        return Guid.Empty;
    }

    private static Guid? Id(string text) => Guid.TryParse(text, out var id) ? id : null;
}
