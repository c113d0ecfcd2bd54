namespace Usage.Engine.Pricing;

/// <summary>A price whose values change.</summary>
public sealed record ChangedPrice(ModelPrice Before, ModelPrice After);
