using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Usage.Dashboard.Serving;

/// <summary>A static file of the dashboard.</summary>
/// <param name="Address">Address relative to a page, with a hash of the content.</param>
/// <param name="ContentType">The content type with its charset.</param>
/// <param name="Content">The content.</param>
/// <param name="Compressed">The content compressed with Brotli.</param>
internal sealed record Asset(string Address, string ContentType, byte[] Content, byte[] Compressed);

/// <summary>
/// Styles and scripts embedded in the assembly. They are read, hashed and compressed once, and need no static file middleware,
/// folder or environment setting in the host.
/// </summary>
internal sealed class EmbeddedAssets
{
    private const int HashLength = 12;

    private static readonly string[] Names = ["dashboard.css", "theme.js", "dashboard.js", "chart.js", "icon.svg"];

    private readonly Dictionary<string, Asset> byName;
    private readonly Dictionary<string, Asset> byFile;

    public EmbeddedAssets()
    {
        byName = Names.ToDictionary(name => name, Read, StringComparer.Ordinal);
        byFile = byName.Values.ToDictionary(asset => Path.GetFileName(asset.Address), StringComparer.Ordinal);
    }

    /// <summary>A file's address, relative to any page.</summary>
    public string this[string name] => byName[name].Address;

    public IEnumerable<Asset> All => byName.Values;

    /// <summary>Serves a file by its hashed name.</summary>
    public IResult Serve(string file, HttpContext context)
    {
        if (!byFile.TryGetValue(file, out var asset))
        {
            return TypedResults.NotFound();
        }

        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.Vary = "Accept-Encoding";
        var takesBrotli = context.Request.GetTypedHeaders().AcceptEncoding.Any(encoding => encoding.Value == "br");
        if (takesBrotli)
        {
            context.Response.Headers.ContentEncoding = "br";
        }

        return TypedResults.Bytes(takesBrotli ? asset.Compressed : asset.Content, asset.ContentType);
    }

    private static Asset Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly lacks its file {name}.");
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        var content = copy.ToArray();
        var hash = Convert.ToHexStringLower(SHA256.HashData(content))[..HashLength];
        var file = $"{Path.GetFileNameWithoutExtension(name)}.{hash}{Path.GetExtension(name)}";
        return new($"./assets/{file}", ContentType(Path.GetExtension(name)), content, Compress(content));
    }

    private static string ContentType(string extension) => extension switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        _ => "image/svg+xml",
    };

    private static byte[] Compress(byte[] content)
    {
        using MemoryStream compressed = new();
        using (BrotliStream brotli = new(compressed, CompressionLevel.SmallestSize))
        {
            brotli.Write(content);
        }

        return compressed.ToArray();
    }
}
