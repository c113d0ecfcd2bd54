using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Xunit;

namespace Usage.Tests.Integration.Dashboard.SignIn;

/// <summary>A client that keeps cookies, follows nothing by itself, and sends the forms of pages.</summary>
internal sealed class PlainBrowser : IDisposable
{
    private readonly HttpClient client;

    public PlainBrowser(string host)
    {
        client = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies }) { BaseAddress = new(host) };
    }

    public CookieContainer Cookies { get; } = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public Task<HttpResponseMessage> GetAsync(string address) =>
        client.GetAsync(new Uri(address, UriKind.RelativeOrAbsolute), HttpCompletionOption.ResponseHeadersRead, Cancellation);

    public async Task<HttpResponseMessage> PostAsync(string address, Dictionary<string, string> form)
    {
        using FormUrlEncodedContent content = new(form);
        return await client.PostAsync(new Uri(address, UriKind.Relative), content, Cancellation);
    }

    /// <summary>Signs in with a token, and says what came of it.</summary>
    public async Task<HttpResponseMessage> SignInAsync(string token, string returnAddress)
    {
        var form = (await PageAsync($"usage/sign-in?return={Uri.EscapeDataString(returnAddress)}")).QuerySelectorAll("form input")
            .ToDictionary(input => input.GetAttribute("name")!, input => input.GetAttribute("value") ?? "");
        return await PostAsync("usage/sign-in", new(form) { ["token"] = token });
    }

    public async Task<IDocument> PageAsync(string address)
    {
        using var response = await GetAsync(address);
        return await new HtmlParser().ParseDocumentAsync(await response.Content.ReadAsStringAsync(Cancellation), Cancellation);
    }

    /// <summary>Follows a redirect that may be relative.</summary>
    public static string Target(HttpResponseMessage response) =>
        new Uri(response.RequestMessage!.RequestUri!, response.Headers.Location!).ToString();

    public void Dispose() => client.Dispose();
}
