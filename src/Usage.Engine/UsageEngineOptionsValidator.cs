using Microsoft.Extensions.Options;

namespace Usage.Engine;

/// <summary>Checks what the attributes of the options state, by code that is generated when the engine is compiled: nothing is looked up at run time.</summary>
[OptionsValidator]
internal sealed partial class UsageEngineOptionsValidator : IValidateOptions<UsageEngineOptions>;
