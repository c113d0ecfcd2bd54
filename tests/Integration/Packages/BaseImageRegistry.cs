using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Usage.Tests.Integration.Packages;

/// <summary>A container registry on this machine with one base image: what a build of an image asks of one, and no more.</summary>
internal sealed class BaseImageRegistry : IAsyncDisposable
{
    private const string Manifest = "application/vnd.docker.distribution.manifest.v2+json";

    private readonly Dictionary<string, byte[]> blobs = [];
    private readonly byte[] manifest;
    private readonly WebApplication app;

    private BaseImageRegistry(WebApplication app)
    {
        this.app = app;
        var (layer, contentDigest) = Layer();
        var config = Json(new
        {
            architecture = "amd64",
            os = "linux",
            config = new { Env = new[] { "PATH=/usr/bin", "ASPNETCORE_HTTP_PORTS=8080" } },
            rootfs = new { type = "layers", diff_ids = new[] { contentDigest } },
        });
        manifest = Json(new
        {
            schemaVersion = 2,
            mediaType = Manifest,
            config = new { mediaType = "application/vnd.docker.container.image.v1+json", size = config.Length, digest = Add(config) },
            layers = new[] { new { mediaType = "application/vnd.docker.image.rootfs.diff.tar.gzip", size = layer.Length, digest = Add(layer) } },
        });
    }

    /// <summary>The base image, as a build names it.</summary>
    public string Image => $"localhost:{new Uri(app.Urls.Single()).Port}/base:1";

    public static async Task<BaseImageRegistry> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        BaseImageRegistry registry = new(app);
        app.MapGet("/v2/", () => Results.Ok());
        app.MapMethods("/v2/base/manifests/{reference}", ["GET", "HEAD"], registry.ManifestOf);
        app.MapMethods("/v2/base/blobs/{digest}", ["GET", "HEAD"], (string digest) =>
            registry.blobs.TryGetValue(digest, out var blob) ? Results.Bytes(blob, "application/octet-stream") : Results.NotFound());
        await app.StartAsync();
        return registry;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private IResult ManifestOf(HttpResponse response)
    {
        response.Headers["Docker-Content-Digest"] = Digest(manifest);
        return Results.Bytes(manifest, Manifest);
    }

    private string Add(byte[] blob)
    {
        blobs[Digest(blob)] = blob;
        return Digest(blob);
    }

    /// <summary>One file, and the digest of what is compressed.</summary>
    private static (byte[] Compressed, string ContentDigest) Layer()
    {
        using MemoryStream content = new();
        using (TarWriter tar = new(content, leaveOpen: true))
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "etc/passwd")
            {
                DataStream = new MemoryStream(Encoding.UTF8.GetBytes("app:x:1654:1654::/home/app:/usr/sbin/nologin\n")),
            });
        }

        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(content.ToArray());
        }

        return (compressed.ToArray(), Digest(content.ToArray()));
    }

    private static byte[] Json(object value) => JsonSerializer.SerializeToUtf8Bytes(value);

    private static string Digest(byte[] content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";
}
