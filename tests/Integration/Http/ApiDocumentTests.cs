using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Usage.Host.Authentication;
using Usage.Host.Reference;
using Xunit;

namespace Usage.Tests.Integration.Http;

public sealed class ApiDocumentTests(HttpFixture fixture) : HttpTests(fixture)
{
    [Fact]
    public async Task The_document_is_built_once_however_often_and_by_whatever_host_name_it_is_requested()
    {
        var built = 0;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddUsageReference(AuthMode.None);
        builder.Services.Configure<OpenApiOptions>("v1", options => options.AddDocumentTransformer((_, _, _) =>
        {
            Interlocked.Increment(ref built);
            return Task.CompletedTask;
        }));
        await using var app = builder.Build();
        app.MapGet("/api/anything", () => TypedResults.Ok());
        app.MapUsageReference();
        await app.StartAsync(Cancellation);
        using HttpClient client = new() { BaseAddress = new(app.Urls.Single()) };
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => DocumentAsync(client, $"host{number}.example.com")));
        answers.Distinct().ShouldHaveSingleItem().ShouldContain("/api/anything");
        built.ShouldBe(1);
    }

    [Fact]
    public async Task The_document_names_the_server_relative_to_itself_whatever_host_the_request_names()
    {
        using var client = Fixture.Client();
        client.DefaultRequestHeaders.Host = "forged.example.com";
        var answer = await GetAsync(client, "openapi/v1.json");
        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldNotContain("forged");
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        ((string?)(await JsonAsync(answer))["servers"]!.AsArray().ShouldHaveSingleItem()!["url"]).ShouldBe("/");
    }

    [Fact]
    public async Task A_client_with_a_current_copy_of_the_document_gets_a_304()
    {
        using var client = Fixture.Client();
        var first = await GetAsync(client, "openapi/v1.json");
        client.DefaultRequestHeaders.IfNoneMatch.Add(first.Headers.ETag.ShouldNotBeNull());
        (await GetAsync(client, "openapi/v1.json")).StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    private static async Task<string> DocumentAsync(HttpClient client, string host)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "openapi/v1.json");
        request.Headers.Host = host;
        return await (await client.SendAsync(request, Cancellation)).Content.ReadAsStringAsync(Cancellation);
    }
}
