namespace Usage.Host.SignIn;

/// <summary>Where a viewer goes on after a sign-in: a page of the dashboard, relative to its folder, and nothing else.</summary>
internal static class ReturnAddress
{
    public const string First = "./";

    private const int MostCharacters = 4_096;

    /// <summary>The page that was asked for; the first page where a form was sent.</summary>
    public static string Of(HttpRequest request)
    {
        var page = request.Path.Value is { } path && path != DashboardSessions.Folder ? path[(path.LastIndexOf('/') + 1)..] : "";
        return HttpMethods.IsGet(request.Method) ? Safe($"{page}{request.QueryString}") : First;
    }

    /// <summary>The address if it is one of a page in this folder; else the first page. No scheme, host or folder gets through.</summary>
    public static string Safe(string? address)
    {
        if (address is null or { Length: > MostCharacters } || address.Any(character => character is <= ' ' or > '~'))
        {
            return First;
        }

        var page = address.Split('?')[0];
        page = page.StartsWith(First, StringComparison.Ordinal) ? page[First.Length..] : page;
        return page.All(char.IsAsciiLetter) ? $"{First}{page}{address[(address.IndexOf('?') is >= 0 and var query ? query : address.Length)..]}" : First;
    }
}
