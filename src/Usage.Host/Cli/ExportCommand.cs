using System.CommandLine;
using System.Globalization;
using NodaTime;
using NodaTime.Text;
using Usage.Engine.Exporting;
using Usage.Engine.Reporting;

namespace Usage.Host.Cli;

/// <summary>Writes usage to a file.</summary>
internal static class ExportCommand
{
    private static readonly string DateRule = "a date such as 2026-01-31";

    public static Command Create(HostContext host)
    {
        var from = Date("--from", "First day");
        var to = Date("--to", "Last day, inclusive; at most 731 days");
        var format = new Option<string>("--format")
        {
            Description = "csv, parquet, focus (FOCUS 1.4) or focus-1.2 (default: csv)", HelpName = "FORMAT", DefaultValueFactory = _ => "csv",
        };
        var output = new Option<string>("--output") { Description = "The file to write; an existing file is replaced when the export is complete", HelpName = "FILE", Required = true };
        var zone = new Option<string?>("--tz") { Description = "IANA time zone of the days (default: UTC)", HelpName = "ZONE" };
        var by = CheckedOption.Create<ExportGrain>(
            "--by", "day|hour", "The period of a row: a day of the time zone, or a UTC hour (default: day)",
            text => text switch { "day" => ExportGrain.Day, "hour" => ExportGrain.Hour, _ => null }, "day or hour");
        var workspace = CheckedOption.Create<Guid>(
            "--workspace", "ID", "Only this workspace (default: all)", text => Guid.TryParse(text, out var id) ? id : null, "a GUID");
        Command command = new("export", "Write usage to a file, by day or hour and all keys, from one snapshot")
        {
            from, to, format, output, zone, by, workspace,
        };
        command.SetAction(host.Run(async (session, cancellationToken) =>
        {
            var exports = session.Services.GetRequiredService<UsageExports>();
            var chosen = exports.Find(session.Value(format)!) ?? throw new UsageConfigurationException(
                $"--format is '{session.Value(format)}': it must be one of {string.Join(", ", exports.Formats.Select(known => known.Name))}.");
            ExportRequest request = new(Window(session.Value(from)!.Value, session.Value(to)!.Value, session.Value(zone)), session.Value(workspace), session.Value(by) ?? ExportGrain.Day);
            var (rows, bytes) = await WriteAsync(exports, request, chosen, session.Value(output)!, cancellationToken);
            session.Output.Result(
                new { Rows = rows, Bytes = bytes, File = session.Value(output) },
                string.Create(CultureInfo.InvariantCulture, $"{rows} rows of usage, {bytes} bytes in {session.Value(output)}"));
            return ExitCode.Success;
        }));
        return command;
    }

    private static Option<LocalDate?> Date(string name, string description)
    {
        var option = CheckedOption.Create<LocalDate>(
            name, "DATE", description, text => LocalDatePattern.Iso.Parse(text) is { Success: true, Value: var date } ? date : null, DateRule);
        option.Required = true;
        return option;
    }

    private static ReportWindow Window(LocalDate from, LocalDate to, string? zone)
    {
        var found = zone is null ? DateTimeZone.Utc : TimeZones.Find(zone) ?? throw new UsageConfigurationException(
            $"--tz is '{zone}': it must be an IANA time zone such as Asia/Kolkata.");
        try
        {
            return ReportWindow.Between(from, to, found);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new UsageConfigurationException(
                $"--to is {to:R}: it must be a date from {from:R}, which is --from, to {from.PlusDays(ReportWindow.MaxSpanDays - 1):R}.");
        }
    }

    /// <summary>Beside the file first, so that one which stands there is whole at any time.</summary>
    private static async Task<(long Rows, long Bytes)> WriteAsync(
        UsageExports exports, ExportRequest request, ExportFormat format, string path, CancellationToken cancellationToken)
    {
        var beside = path + ".part";
        try
        {
            long rows, bytes;
            await using (var file = new FileStream(beside, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0, useAsync: true))
            {
                rows = await exports.WriteAsync(request, format, file, cancellationToken);
                bytes = file.Length;
            }

            File.Move(beside, path, overwrite: true);
            return (rows, bytes);
        }
        finally
        {
            File.Delete(beside);
        }
    }
}
