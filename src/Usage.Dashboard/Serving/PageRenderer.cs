using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Logging;

namespace Usage.Dashboard.Serving;

/// <summary>Renders components to HTML with its own renderer, so that the host needs no Razor component services.</summary>
internal sealed class PageRenderer(IServiceProvider services, ILoggerFactory loggers)
{
    public async Task<string> RenderAsync(RenderFragment content)
    {
        HtmlRenderer renderer = new(services, loggers);
        await using var _renderer = renderer.ConfigureAwait(false);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = await renderer.RenderComponentAsync<Root>(
                ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(Root.Content)] = content })).ConfigureAwait(false);
            return root.ToHtmlString();
        }).ConfigureAwait(false);
    }

    /// <summary>The root component.</summary>
    private sealed class Root : ComponentBase
    {
        [Parameter]
        public RenderFragment? Content { get; set; }

        protected override void BuildRenderTree(Microsoft.AspNetCore.Components.Rendering.RenderTreeBuilder builder) =>
            builder.AddContent(0, Content);
    }
}
