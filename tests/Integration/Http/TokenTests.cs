using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using Shouldly;
using Usage.Host.Authentication;
using Xunit;

namespace Usage.Tests.Integration.Http;

public sealed class TokenTests(HttpFixture fixture) : HttpTests(fixture)
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private IEnumerable<(string Name, string? Token)> BadTokens =>
    [
        ("none", null),
        ("no token at all", "nonsense"),
        ("expired", Create(HttpFixture.Auth, Now - TimeSpan.FromHours(2))),
        ("not valid yet", Create(HttpFixture.Auth, Now + TimeSpan.FromHours(1))),
        ("of another key", Create(new() { SigningKey = new string('x', 64) }, Now)),
        ("for another audience", Create(new() { SigningKey = HttpFixture.SigningKey, Audience = "others" }, Now)),
        ("of another issuer", Create(new() { SigningKey = HttpFixture.SigningKey, Issuer = "others" }, Now)),
        ("unsigned", Forge("""{"alg":"none","typ":"JWT"}""", Claims(Now.AddHours(1)), null)),
        ("unsigned, with a signature", Forge("""{"alg":"none","typ":"JWT"}""", Claims(Now.AddHours(1)), HMACSHA256.HashData)),
        ("another algorithm", Forge("""{"alg":"HS512","typ":"JWT"}""", Claims(Now.AddHours(1)), HMACSHA512.HashData)),
        ("without an end", Forge("""{"alg":"HS256","typ":"JWT"}""", Claims(null), HMACSHA256.HashData)),
        ("altered", Alter(Create(HttpFixture.Auth, Now))),
    ];

    [Fact]
    public async Task An_invalid_token_gives_access_to_no_route()
    {
        string[] posts = ["drain", "backfill", "verify", "pause", "resume", "batch"];
        foreach (var (name, token) in BadTokens)
        {
            using var client = Fixture.Client(token);
            foreach (var route in (string[])[.. Mine.Reads, "api/usage/status", "api/usage/time-zones"])
            {
                (await GetAsync(client, route)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, $"{name}: {route}");
            }

            foreach (var route in (string[])[.. posts.Select(verb => $"api/usage/{verb}"), $"api/tasks/{Mine.Task}/usage"])
            {
                var answer = await PostAsync(client, route, "{}");
                answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, $"{name}: {route}");
                answer.Headers.WwwAuthenticate.ToString().ShouldStartWith("Bearer");
                answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
            }
        }
    }

    [Fact]
    public async Task A_token_made_with_the_correct_key_is_accepted()
    {
        using var client = Fixture.Client(Forge("""{"alg":"HS256","typ":"JWT"}""", Claims(Now.AddHours(1)), HMACSHA256.HashData));
        (await GetAsync(client, Mine.Reads[0])).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_user_whose_id_is_no_GUID_reads_nothing()
    {
        using var client = Fixture.Client(Create(HttpFixture.Auth, Now, "' or true --"));
        (await GetAsync(client, Mine.Reads[0])).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Scopes_and_workspaces_are_accepted_as_text_and_as_an_array()
    {
        (string Scope, string Workspaces)[] forms =
        [
            ("\"usage.write usage.admin\"", $"\"{Mine.Workspace}\""),
            ("[\"usage.admin\",\"usage.write\"]", $"[\"{Guid.NewGuid()}\",\"{Mine.Workspace}\"]"),
        ];
        foreach (var (scope, workspaces) in forms)
        {
            var claims = $$"""
                {"sub":"{{Mine.Member}}","iss":"usage","aud":"usage","exp":{{Now.AddHours(1).ToUnixTimeSeconds()}},
                 "scope":{{scope}},"workspace_id":{{workspaces}}}
                """;
            using var client = Fixture.Client(Forge("""{"alg":"HS256","typ":"JWT"}""", claims, HMACSHA256.HashData));
            (await GetAsync(client, "api/usage/status")).StatusCode.ShouldBe(HttpStatusCode.OK);
            (await PostAsync(client, $"api/tasks/{Mine.Task}/usage", """{"usage":[{"provider":"p","model":"m"}]}"""))
                .StatusCode.ShouldBe(HttpStatusCode.NoContent);
        }
    }

    private string Create(UsageAuthOptions options, DateTimeOffset from, string? subject = null) => DevelopmentToken.Create(
        options, subject ?? Mine.Member.ToString(), ["usage.write", "usage.admin"], [Mine.Workspace], from, TimeSpan.FromHours(1));

    private string Claims(DateTimeOffset? end) => JsonSerializer.Serialize(new Dictionary<string, object>(
        new Dictionary<string, object?>
        {
            ["sub"] = Mine.Member, ["iss"] = "usage", ["aud"] = "usage", ["scope"] = "usage.write usage.admin", ["exp"] = end?.ToUnixTimeSeconds(),
        }.Where(claim => claim.Value is not null)!));

    private static string Forge(string header, string claims, Func<byte[], byte[], byte[]>? sign)
    {
        var text = $"{Base64UrlEncoder.Encode(header)}.{Base64UrlEncoder.Encode(claims)}";
        var signature = sign?.Invoke(Encoding.UTF8.GetBytes(HttpFixture.SigningKey), Encoding.UTF8.GetBytes(text)) ?? [];
        return $"{text}.{Base64UrlEncoder.Encode(signature)}";
    }

    private static string Alter(string token)
    {
        var parts = token.Split('.');
        var claims = Base64UrlEncoder.Decode(parts[1]).Replace("usage.write", "usage.writ", StringComparison.Ordinal);
        return $"{parts[0]}.{Base64UrlEncoder.Encode(claims)}.{parts[2]}";
    }
}
