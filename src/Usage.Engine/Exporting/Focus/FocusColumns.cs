using NodaTime;

namespace Usage.Engine.Exporting.Focus;

/// <summary>A column, and how its value is written.</summary>
internal sealed record FocusColumn(string Name, Action<CsvLines, FocusLine> Write);

/// <summary>What a line is written from.</summary>
internal readonly record struct FocusLine(FocusCharge Charge, Instant BillingStart, Instant BillingEnd, string? WorkspaceName);

/// <summary>
/// The columns of each version, ordered by name. Version 1.4 replaces ProviderName and PublisherName with the seller and the operator of
/// the service.
/// </summary>
internal static class FocusColumns
{
    private const decimal Block = 1_000_000m;

    private static readonly FocusColumn[] Common =
    [
        new("BilledCost", Cost),
        new("BillingAccountId", (line, row) => line.Text(Provider(row))),
        new("BillingAccountName", (line, row) => line.Text(Provider(row))),
        new("BillingCurrency", (line, _) => line.Raw("USD"u8)),
        new("BillingPeriodEnd", (line, row) => line.Time(row.BillingEnd)),
        new("BillingPeriodStart", (line, row) => line.Time(row.BillingStart)),
        new("ChargeCategory", (line, _) => line.Raw("Usage"u8)),
        new("ChargeClass", Nothing),
        new("ChargeDescription", (line, row) => line.Text($"{row.Charge.Meter} of {row.Charge.Key.Model}")),
        new("ChargeFrequency", (line, _) => line.Raw("Usage-Based"u8)),
        new("ChargePeriodEnd", (line, row) => line.Time(row.Charge.Key.End)),
        new("ChargePeriodStart", (line, row) => line.Time(row.Charge.Key.Start)),
        new("ConsumedQuantity", (line, row) => line.Number(row.Charge.Tokens)),
        new("ConsumedUnit", (line, _) => line.Raw("Tokens"u8)),
        new("ContractedCost", Cost),
        new("ContractedUnitPrice", UnitPrice),
        new("EffectiveCost", Cost),
        new("InvoiceId", Nothing),
        new("InvoiceIssuerName", (line, row) => line.Text(Provider(row))),
        new("ListCost", Cost),
        new("ListUnitPrice", UnitPrice),
        new("PricingCategory", (line, _) => line.Raw("Standard"u8)),
        new("PricingQuantity", (line, row) => line.Number(row.Charge.Tokens / Block)),
        new("PricingUnit", (line, _) => line.Raw("1000000 Tokens"u8)),
        new("RegionId", Nothing),
        new("RegionName", Nothing),
        new("ResourceId", (line, row) => line.Id(row.Charge.Key.AgentId)),
        new("ResourceName", Nothing),
        new("ResourceType", (line, _) => line.Raw("Agent"u8)),
        new("ServiceCategory", (line, _) => line.Raw("AI and Machine Learning"u8)),
        new("ServiceName", (line, row) => line.Text(row.Charge.Key.Model)),
        new("ServiceSubcategory", (line, _) => line.Raw("Generative AI"u8)),
        new("SkuId", (line, row) => line.Text($"{Provider(row)}/{row.Charge.Key.Model}/{row.Charge.Meter}")),
        new("SkuMeter", (line, row) => line.Text(row.Charge.Meter)),
        new("SkuPriceDetails", Nothing),
        new("SkuPriceId", (line, row) => line.Text($"{Provider(row)}/{row.Charge.Key.Model}/{row.Charge.Meter}")),
        new("SubAccountId", (line, row) => line.Id(row.Charge.Key.WorkspaceId)),
        new("SubAccountName", (line, row) => line.Text(row.WorkspaceName ?? row.Charge.Key.WorkspaceId.ToString())),
        new("SubAccountType", (line, _) => line.Raw("Workspace"u8)),
        new("Tags", (line, row) => line.Text(Tags(row.Charge.Key))),
        new("x_CostSource", (line, row) => line.Text(row.Charge.Source)),
    ];

    private static readonly FocusColumn[] V12 = Sorted(
        new("ProviderName", (line, row) => line.Text(Provider(row))), new("PublisherName", (line, row) => line.Text(Provider(row))));

    private static readonly FocusColumn[] V14 = Sorted(
        new("HostProviderName", (line, row) => line.Text(Provider(row))), new("ServiceProviderName", (line, row) => line.Text(Provider(row))));

    public static IReadOnlyList<FocusColumn> Of(FocusVersion version) => version == FocusVersion.V12 ? V12 : V14;

    private static FocusColumn[] Sorted(params FocusColumn[] more) => [.. Common.Concat(more).OrderBy(column => column.Name, StringComparer.Ordinal)];

    private static void Cost(CsvLines line, FocusLine row) => line.Number(row.Charge.CostUsd);

    private static void UnitPrice(CsvLines line, FocusLine row)
    {
        if (row.Charge.UnitPriceUsd is { } price)
        {
            line.Number(price);
        }
        else
        {
            line.Empty();
        }
    }

    private static void Nothing(CsvLines line, FocusLine row) => line.Empty();

    private static string Provider(FocusLine row) => row.Charge.Key.Provider is { Length: > 0 } name ? name : "unknown";

    private static string Tags(ExportKey key) =>
        $$"""{"agent_id":"{{key.AgentId}}"{{(key.RuntimeId is { } runtime ? $",\"runtime_id\":\"{runtime}\"" : "")}}{{(key.ProjectId is { } project ? $",\"project_id\":\"{project}\"" : "")}}}""";
}
