using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Usage.Engine;

/// <summary>
/// Bounds of a duration, both included; null is allowed. <see cref="RangeAttribute"/> finds out at run time how to read its bounds, which native code can't.
/// </summary>
/// <param name="least">As in configuration, such as <c>00:00:01</c>.</param>
/// <param name="most">As in configuration, such as <c>1.00:00:00</c>.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DurationRangeAttribute(string least, string most) : ValidationAttribute
{
    private readonly TimeSpan minimum = TimeSpan.ParseExact(least, "c", CultureInfo.InvariantCulture);
    private readonly TimeSpan maximum = TimeSpan.ParseExact(most, "c", CultureInfo.InvariantCulture);

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        ArgumentNullException.ThrowIfNull(validationContext);
        return value is null || (value is TimeSpan duration && duration >= minimum && duration <= maximum)
            ? ValidationResult.Success
            : new(
                string.Create(CultureInfo.InvariantCulture, $"{validationContext.MemberName} is {value}: it must be {minimum:c} to {maximum:c}."),
                validationContext.MemberName is { } member ? [member] : null);
    }
}
