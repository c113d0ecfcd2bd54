using Dapper;
using Npgsql;
using Shouldly;
using Usage.Engine.Exporting;
using Xunit;

namespace Usage.Tests.Integration.Standby;

/// <summary>Replay ends an export. What is written begins again on the primary if it can.</summary>
public sealed class ExportConflictTests(StandbyFixture servers) : StandbyTests(servers)
{
    [Fact]
    public async Task An_export_that_replay_cancels_before_a_byte_is_written_is_read_from_the_primary()
    {
        using MemoryStream output = new();
        var rows = await ExportAsync(new OneWay(output), writesFirst: false);
        (rows, Text(output)).ShouldBe((1, "10\n"));
        Reasons().ShouldBe(["conflict"]);
    }

    [Fact]
    public async Task A_seekable_output_is_written_again_from_its_beginning()
    {
        using MemoryStream output = new();
        output.Write("before\n"u8);
        var rows = await ExportAsync(output, writesFirst: true);
        (rows, Text(output)).ShouldBe((1, "before\nstarted\n10\n"));
        Reasons().ShouldBe(["conflict"]);
    }

    [Fact]
    public async Task A_file_of_which_a_part_has_been_sent_fails_because_the_rest_would_be_of_another_snapshot()
    {
        using MemoryStream output = new();
        await Should.ThrowAsync<NpgsqlException>(() => ExportAsync(new OneWay(output), writesFirst: true));
        Text(output).ShouldBe("started\n");
        Reasons().ShouldBeEmpty();
    }

    private async Task<long> ExportAsync(Stream output, bool writesFirst)
    {
        await using var strict = await Servers.FollowAsync("-c max_standby_streaming_delay=0");
        var name = $"export {Guid.NewGuid():n}";
        await using var standby = Servers.Connect(strict, name);
        await using var observer = Servers.Connect(strict, "observer");
        await UseAsync("gpt");
        UsageExports exports = new(Engine(standby).ReportDatabase, []);
        return await exports.WriteAsync(new(Day, Workspace), new Interrupted(writesFirst, () => CancelAsync(observer, name)), output, Cancellation);
    }

    /// <summary>Makes replay end every transaction of the export, which has read this table.</summary>
    private async Task CancelAsync(NpgsqlDataSource observer, string name)
    {
        await Database.ExecuteAsync("begin; lock table usage_rollup.backfill in access exclusive mode; commit");
        await using var connection = await observer.OpenConnectionAsync(Cancellation);
        while (await connection.ExecuteScalarAsync<bool>(
            "select exists (select from pg_stat_activity where application_name = @name and state like 'idle in transaction%')", new { name }))
        {
            await System.Threading.Tasks.Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancellation);
        }
    }

    private static string Text(MemoryStream output) => System.Text.Encoding.UTF8.GetString(output.ToArray());

    /// <summary>A format that is interrupted once, between the export's statements.</summary>
    private sealed class Interrupted(bool writesFirst, Func<Task> interrupt) : ExportFormat
    {
        private bool isInterrupted;

        public override string Name => "interrupted";

        public override string ContentType => "text/plain";

        public override string FileExtension => "txt";

        internal override async ValueTask<ExportWriter> OpenAsync(Stream output, ExportContext context, CancellationToken cancellationToken)
        {
            if (writesFirst)
            {
                await output.WriteAsync("started\n"u8.ToArray(), cancellationToken);
            }

            if (!isInterrupted)
            {
                isInterrupted = true;
                await interrupt();
            }

            return new Writer(output);
        }

        private sealed class Writer(Stream output) : ExportWriter
        {
            public override async ValueTask WriteAsync(ExportRow row, CancellationToken cancellationToken) =>
                await output.WriteAsync(System.Text.Encoding.UTF8.GetBytes($"{row.Tokens.Input}\n"), cancellationToken);

            public override ValueTask CompleteAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
        }
    }

    /// <summary>An output that can't go back, such as a response.</summary>
    private sealed class OneWay(Stream output) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => output.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => output.Write(buffer, offset, count);
    }
}
