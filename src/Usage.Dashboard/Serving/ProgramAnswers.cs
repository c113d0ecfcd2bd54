using Microsoft.AspNetCore.Builder;

namespace Usage.Dashboard.Serving;

/// <summary>Endpoints that scripts call, not people.</summary>
internal static class ProgramAnswers
{
    /// <summary>A caller who is not signed in gets a 401, not a redirect to a page that a script can't use.</summary>
    public static RouteHandlerBuilder AnswersPrograms(this RouteHandlerBuilder endpoint) => endpoint.DisableCookieRedirect();
}
