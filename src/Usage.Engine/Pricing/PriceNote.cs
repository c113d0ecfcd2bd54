namespace Usage.Engine.Pricing;

/// <summary>A remark about a model of a list.</summary>
/// <param name="Provider">The provider, as spelled in the list.</param>
/// <param name="Model">The model.</param>
/// <param name="Text">The remark.</param>
public sealed record PriceNote(string Provider, string Model, string Text);
