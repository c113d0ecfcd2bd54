using System.ComponentModel;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Usage.AspNetCore.Parameters;

// Parameters are bound as text, so that ParameterCheck, and not the binder, reports invalid ones.

/// <summary>The parameters common to all reports.</summary>
internal record EntityRequest
{
    [FromRoute(Name = "id"), Description("Id of the entity that the report is about: a GUID. An unknown or foreign id is a 404.")]
    public required string Id { get; init; }

    public required HttpContext Context { get; init; }
}

/// <summary>A report in a time zone.</summary>
internal record ZonedRequest : EntityRequest
{
    [FromQuery(Name = "tz"), Description("IANA time zone, such as Asia/Kolkata. Default: the signed-in user's, or UTC.")]
    public string? Zone { get; init; }
}

/// <summary>A report over a window of local days.</summary>
internal record WindowRequest : ZonedRequest
{
    [FromQuery(Name = "days"), Description("Calendar days in the time zone, including today: 1 to 365. Default: 30. Can't be combined with from and to.")]
    public string? Days { get; init; }

    [FromQuery(Name = "from"), Description("First local date, such as 2026-01-31. Requires to.")]
    public string? From { get; init; }

    [FromQuery(Name = "to"), Description("Last local date, inclusive. Requires from. At most 731 days in total.")]
    public string? To { get; init; }

    [FromQuery(Name = "compare")]
    [Description("Answers for the window to compare with instead: previous (as many days before, moved back by whole weeks), "
        + "previous-year (the same dates a year earlier), or none. The window is in X-Usage-From and X-Usage-To. Default: none.")]
    public string? Compare { get; init; }

    [FromQuery(Name = "fresh"), Description("true: exact now. Drains what is pending for the workspace first. Default: false.")]
    public string? Fresh { get; init; }
}

/// <summary>A report over a workspace's window, narrowed down to a part of its tasks.</summary>
internal record TasksRequest : WindowRequest
{
    [FromQuery(Name = "project_id"), Description("Only usage for this project: a GUID, or none for usage without a project.")]
    public string? ProjectId { get; init; }

    [FromQuery(Name = "agent_id"), Description("Only usage by this agent: a GUID, or other for all agents that you may not see, together.")]
    public string? AgentId { get; init; }

    [FromQuery(Name = "runtime_id"), Description("Only usage of tasks on this runtime: a GUID, or none for tasks that belong to no runtime.")]
    public string? RuntimeId { get; init; }
}

/// <summary>A report over a workspace's window, narrowed down.</summary>
internal sealed record WorkspaceRequest : TasksRequest
{
    [FromQuery(Name = "provider"), Description("Only usage of this provider, in any case.")]
    public string? Provider { get; init; }

    [FromQuery(Name = "model"), Description("Only usage of this model; case-sensitive.")]
    public string? Model { get; init; }
}
