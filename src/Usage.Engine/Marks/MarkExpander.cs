using System.Diagnostics;
using Npgsql;
using Usage.Engine.Database;
using Usage.Engine.Diagnostics;

namespace Usage.Engine.Marks;

/// <summary>
/// Replaces marks that name an entity by marks of the hours in which it has usage now. It first takes the marks and then finds
/// the hours in a separate statement, whose snapshot is newer than the marks taken. The new marks keep the origin and time.
/// </summary>
internal sealed class MarkExpander(
    NpgsqlDataSource database, SetAsideMarks setAside, DrainSession session, IDrainObserver observer)
{
    private const int MaxMarksAtOnce = 20_000;

    // "skip locked" lets replicas share the work; a plain delete would wait for the other's transaction.
    private const string TakeSql = """
        delete from usage_rollup.dirty
        where ctid = any (array(
            select d.ctid
            from usage_rollup.dirty d
            where d.bucket_hour is null
              and (@everything or d.xid >= @next or d.xid = any (@running))
              and not exists (
                  select from usage_rollup.set_aside s
                  where s.bucket_hour is null
                    and s.task_id is not distinct from d.task_id
                    and s.issue_id is not distinct from d.issue_id
                    and s.agent_id is not distinct from d.agent_id
                    and s.retry_at > clock_timestamp())
            limit @marks
            for update skip locked))
        returning task_id, issue_id, agent_id, origin, enqueued_at
        """;

    /// <summary>
    /// Expands everything that is pending, in short transactions. An entity that can't be expanded is isolated and set aside.
    /// </summary>
    /// <param name="horizon">Considers only marks beyond it; null considers all.</param>
    /// <returns>The number of entities set aside.</returns>
    public async Task<int> ExpandAsync(MarkHorizon? horizon, CancellationToken cancellationToken)
    {
        var failed = 0;
        var expanded = false;
        var marksAtOnce = MaxMarksAtOnce;
        while (true)
        {
            IReadOnlyList<EntityMark> taken = [];
            Activity? activity = null;
            try
            {
                var connection = await DrainSession.OpenAsync(database, cancellationToken).ConfigureAwait(false);
                await using var _connection = connection.ConfigureAwait(false);
                var transaction = await session.BeginAsync(connection, cancellationToken).ConfigureAwait(false);
                await using var _transaction = transaction.ConfigureAwait(false);
                taken = await TakeAsync(connection, horizon, marksAtOnce, cancellationToken).ConfigureAwait(false);
                if (taken.Count == 0)
                {
                    break;
                }

                activity = EngineTracing.Start("usage.expand");
                await observer.ReachedAsync(DrainStep.EntitiesTaken, cancellationToken).ConfigureAwait(false);
                await EntityHours.MarkAsync(connection, taken, cancellationToken).ConfigureAwait(false);
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
                await observer.ReachedAsync(DrainStep.EntitiesExpanded, cancellationToken).ConfigureAwait(false);
                marksAtOnce = Math.Min(MaxMarksAtOnce, marksAtOnce * 2);
                expanded = true;
            }
            catch (Exception error) when (taken.Count > 0)
            {
                EngineTracing.Failed(activity, error);
                if (!Failure.IsOfTheWork(error))
                {
                    throw;
                }

                if (taken.Count == 1)
                {
                    await setAside.RecordAsync(taken[0].Entity, error, cancellationToken).ConfigureAwait(false);
                    failed++;
                }

                marksAtOnce = Math.Max(1, marksAtOnce / 2);
            }
            finally
            {
                activity?.Dispose();
            }
        }

        if (expanded)
        {
            await setAside.ForgetUnmarkedAsync(cancellationToken).ConfigureAwait(false);
        }

        return failed;
    }

    private static async Task<IReadOnlyList<EntityMark>> TakeAsync(
        NpgsqlConnection connection, MarkHorizon? horizon, int marks, CancellationToken cancellationToken)
    {
        var command = connection.CreateCommand();
        await using var _command = command.ConfigureAwait(false);
        command.CommandText = TakeSql;
        command.Parameters.AddWithValue("marks", marks);
        MarkHorizon.Bind(command.Parameters, horizon);
        Dictionary<MarkedEntity, EntityMark> taken = [];
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _reader = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            EntityMark mark = new(
                new(reader.GetNullableGuid(0), reader.GetNullableGuid(1), reader.GetNullableGuid(2)),
                reader.GetInt16(3), reader.GetFieldValue<NodaTime.Instant>(4));
            taken[mark.Entity] = taken.TryGetValue(mark.Entity, out var same) ? mark.Merge(same) : mark;
        }

        return [.. taken.Values];
    }
}
