using Usage.Host.Authentication;

namespace Usage.Host.SignIn;

/// <summary>Has the program make addresses as browsers see it, whatever a proxy before it says or leaves out.</summary>
internal static class PublicUrl
{
    public static void UsePublicUrl(this WebApplication app, UsageAuthOptions options)
    {
        if (options.PublicUrl is null)
        {
            return;
        }

        Uri url = new(options.PublicUrl);
        HostString host = new(url.Authority);
        PathString pathBase = new(url.AbsolutePath.TrimEnd('/'));
        app.Use((context, next) =>
        {
            (context.Request.Scheme, context.Request.Host, context.Request.PathBase) = (url.Scheme, host, pathBase);
            return next(context);
        });
    }
}
