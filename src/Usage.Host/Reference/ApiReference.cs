using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using NodaTime;
using Scalar.AspNetCore;
using Usage.AspNetCore;
using Usage.Host.Authentication;

namespace Usage.Host.Reference;

/// <summary>Serves the OpenAPI document, and a reference page that loads nothing from other hosts.</summary>
internal static class ApiReference
{
    private const string Bearer = "bearer";

    // The calls match the README's.
    private const string Introduction = """
        Reports of LLM token usage from an hourly rollup, in the viewer's time zone; recording of usage; operating of the engine.
        Reports answer with rows in JSON, or in CSV to `Accept: text/csv`. Every refusal is a problem of RFC 9457.

        ```sh
        curl "localhost:5080/api/workspaces/$WORKSPACE/usage/daily?days=7&tz=Asia/Kolkata"
        curl "localhost:5080/api/workspaces/$WORKSPACE/usage/summary?from=2026-10-30&to=2026-11-03&tz=America/New_York" -H 'Accept: text/csv'
        curl "localhost:5080/api/tasks/$TASK/usage" --json '{"usage":[{"provider":"openai","model":"gpt-5","input_tokens":1200,"output_tokens":340}]}'
        ```
        """;

    public static IServiceCollection AddUsageReference(this IServiceCollection services, AuthMode mode)
    {
        services.ConfigureHttpJsonOptions(json => UsageJson.Configure(json.SerializerOptions));
        services.AddSingleton<ApiDocument>();
        return services.AddOpenApi(ApiDocument.Name, openApi =>
        {
            openApi.CreateSchemaReferenceId = type => Time(type.Type) is null ? OpenApiOptions.CreateDefaultSchemaReferenceId(type) : null;
            openApi.AddSchemaTransformer(DescribeTimes);
            openApi.AddOperationTransformer(DescribeHeaders);
            openApi.AddDocumentTransformer((document, _, _) => Describe(document, mode));
        });
    }

    public static void MapUsageReference(this WebApplication app)
    {
        app.MapGet($"/openapi/{ApiDocument.Name}.json", (ApiDocument document) => document.AnswerAsync()).ExcludeFromDescription();
        app.MapScalarApiReference("/reference", page => page
            .WithNonce()
            .WithTitle("Usage")
            .DisableDefaultFonts()
            .DisableAgent()
            .DisableMcp()
            .DisableTelemetry()
            .HideDeveloperTools());
    }

    private static Task Describe(OpenApiDocument document, AuthMode mode)
    {
        document.Info = new()
        {
            Title = "Usage",
            Version = ApiDocument.Name,
            Description = Introduction,
        };
        if (mode == AuthMode.Jwt)
        {
            document.Components ??= new();
            document.AddComponent(Bearer, new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT" });
            document.Security = [new() { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];
        }

        return Task.CompletedTask;
    }

    /// <summary>NodaTime types are strings and numbers in JSON, but their converters don't describe that.</summary>
    private static Task DescribeTimes(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (Time(context.JsonTypeInfo.Type) is { } json)
        {
            (schema.Type, schema.Format) = json;
            schema.Properties?.Clear();
        }

        return Task.CompletedTask;
    }

    private static (JsonSchemaType Type, string? Format)? Time(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var date when date == typeof(LocalDate) => (JsonSchemaType.String, "date"),
        var instant when instant == typeof(Instant) => (JsonSchemaType.String, "date-time"),
        var duration when duration == typeof(Duration) => (JsonSchemaType.Number, null),
        _ => null,
    };

    private static Task DescribeHeaders(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (operation.Responses?.TryGetValue("200", out var response) is true && response is OpenApiResponse ok
            && ok.Content?.ContainsKey("text/csv") is true)
        {
            ok.Headers = new Dictionary<string, IOpenApiHeader>
            {
                ["X-Usage-Frozen-Before"] = Header("an instant, if the window has frozen hours: figures before it come from the rollup alone, whatever the source"),
                ["X-Usage-Source"] = Header("rollup or raw: the source of the figures"),
                ["X-Usage-Time-Zone"] = Header("The time zone of days and hours, in reports that have them"),
                ["X-Usage-Unpriced"] = Header("The number of models with unpriced tokens; the unpriced report lists them"),
            };
        }

        return Task.CompletedTask;
    }

    private static OpenApiHeader Header(string description) =>
        new() { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
}
