using System.ComponentModel;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Usage.AspNetCore.Parameters;

// Parameters come as text, so that a bad one is refused by our rules and named, not by the binder.

/// <summary>What every report is asked with.</summary>
internal record EntityRequest
{
    [FromRoute(Name = "id"), Description("Id of what the report is about: a GUID. One that is none, or not yours, is a 404.")]
    public required string Id { get; init; }

    public required HttpContext Context { get; init; }
}

/// <summary>A report by hours of a clock.</summary>
internal record ZonedRequest : EntityRequest
{
    [FromQuery(Name = "tz"), Description("IANA time zone, such as Asia/Kolkata. Default: the signed-in user's, else UTC.")]
    public string? Zone { get; init; }
}

/// <summary>A report over a window of local days.</summary>
internal record WindowRequest : ZonedRequest
{
    [FromQuery(Name = "days"), Description("Calendar days of the viewer, today included: 1 to 365. Default: 30. Not together with from and to.")]
    public string? Days { get; init; }

    [FromQuery(Name = "from"), Description("First local date, such as 2026-01-31. Together with to.")]
    public string? From { get; init; }

    [FromQuery(Name = "to"), Description("Last local date, included; at most 731 days from the first.")]
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

    [FromQuery(Name = "model"), Description("Only usage of this model, as it is spelled.")]
    public string? Model { get; init; }
}
