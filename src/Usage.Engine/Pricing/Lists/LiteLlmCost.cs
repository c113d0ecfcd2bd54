using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Usage.Engine.Pricing.Lists;

/// <summary>What the costs in LiteLLM's list are of, by their names.</summary>
internal static partial class LiteLlmCost
{
    /// <summary>The kind of tokens, and above how many input tokens; null for any other cost.</summary>
    public static (PricedTokens Kind, long AboveTokens)? Of(string name)
    {
        if (Name().Match(name) is not { Success: true } match)
        {
            return null;
        }

        PricedTokens kind = match.Groups["kind"].Value switch
        {
            "input_cost_per_token" => PricedTokens.Input,
            "output_cost_per_token" => PricedTokens.Output,
            "cache_read_input_token_cost" => PricedTokens.CacheRead,
            "cache_creation_input_token_cost" => PricedTokens.CacheWrite,
            _ => PricedTokens.CacheWrite1h,
        };
        return (kind, match.Groups["thousands"] is { Success: true } tier ? 1_000 * long.Parse(tier.ValueSpan, CultureInfo.InvariantCulture) : 0);
    }

    public static decimal PerMillion(JsonElement perToken) => perToken.GetDecimal() * 1_000_000;

    /// <summary>Whether a member is a cost, and none of tokens of the four classes.</summary>
    public static bool IsAnother(JsonProperty member) =>
        member.Name.Contains("cost", StringComparison.Ordinal) && Of(member.Name) is null
        && (member.Value.ValueKind == JsonValueKind.Object || (member.Value.ValueKind == JsonValueKind.Number && member.Value.GetDecimal() != 0));

    public static bool IsOfServiceTier(string name) => ServiceTier().IsMatch(name);

    public static bool IsOfTool(string name) => Tool().IsMatch(name);

    /// <summary>Whether a cost of other tokens is the same as that of the text they are counted with.</summary>
    public static bool IsOfText(JsonProperty cost, JsonElement model)
    {
        var text = cost.Name.StartsWith("input_cost_per_", StringComparison.Ordinal) ? "input_cost_per_token"
            : cost.Name.StartsWith("output_cost_per_", StringComparison.Ordinal) ? "output_cost_per_token"
            : cost.Name.StartsWith("cache_read_", StringComparison.Ordinal) ? "cache_read_input_token_cost"
            : "cache_creation_input_token_cost";
        return cost.Name.Contains("token", StringComparison.Ordinal)
            && cost.Value.ValueKind == JsonValueKind.Number && model.TryGetProperty(text, out var same) && same.ValueKind == JsonValueKind.Number
            && same.GetDecimal() == cost.Value.GetDecimal();
    }

    [GeneratedRegex(@"\A(?<kind>input_cost_per_token|output_cost_per_token|cache_read_input_token_cost|cache_creation_input_token_cost|cache_creation_input_token_cost_above_1hr)(_above_(?<thousands>\d{1,9})k_tokens)?\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"_(priority|flex|batch|batches)(_|\z)")]
    private static partial Regex ServiceTier();

    [GeneratedRegex("per_query|per_session|per_1k_calls|per_gb_per_day|code_interpreter|file_search|computer_use|web_search")]
    private static partial Regex Tool();
}
