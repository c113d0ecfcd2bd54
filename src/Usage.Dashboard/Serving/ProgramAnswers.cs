using Microsoft.AspNetCore.Builder;

namespace Usage.Dashboard.Serving;

/// <summary>Marks endpoints that are called by scripts.</summary>
internal static class ProgramAnswers
{
    /// <summary>An unauthenticated caller gets a 401 instead of a redirect to a sign-in page.</summary>
    public static RouteHandlerBuilder AnswersPrograms(this RouteHandlerBuilder endpoint) => endpoint.DisableCookieRedirect();
}
