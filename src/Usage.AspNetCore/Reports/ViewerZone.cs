using NodaTime;
using Npgsql;
using Usage.Engine.Reporting;

namespace Usage.AspNetCore.Reports;

/// <summary>Finds the zone that a viewer has chosen in the application.</summary>
internal sealed class ViewerZone(NpgsqlDataSource database)
{
    /// <summary>By way of JSON, because an application need not have the column.</summary>
    private const string ZoneSql = """
        select to_jsonb(u) ->> 'timezone' from public."user" u where u.id = @id
        """;

    /// <summary>The viewer's zone; UTC without a viewer, a choice, or a choice that is a zone.</summary>
    public async Task<DateTimeZone> OfAsync(Guid? viewer, CancellationToken cancellationToken)
    {
        if (viewer is not { } id)
        {
            return DateTimeZone.Utc;
        }

        var command = database.CreateCommand(ZoneSql);
        await using var _command = command.ConfigureAwait(false);
        command.Parameters.AddWithValue("id", id);
        return TimeZones.Resolve(null, await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as string);
    }
}
