using Microsoft.Extensions.Options;

namespace Usage.Extensions.AI;

/// <summary>Checks the ranges of the options, by generated code: it needs no reflection.</summary>
[OptionsValidator]
internal sealed partial class UsageChatOptionsValidator : IValidateOptions<UsageChatOptions>;
