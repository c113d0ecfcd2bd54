create table usage_rollup.hourly (
    bucket_hour                  timestamptz not null,
    agent_id                     uuid        not null,
    workspace_id                 uuid        not null,
    runtime_id                   uuid,
    project_id                   uuid,
    provider                     text        not null,
    model                        text        not null,
    input_tokens                 bigint      not null,
    output_tokens                bigint      not null,
    cache_read_tokens            bigint      not null,
    cache_write_tokens           bigint      not null,
    cost_usd_ticks               bigint      not null,
    uncosted_input_tokens        bigint      not null,
    uncosted_output_tokens       bigint      not null,
    uncosted_cache_read_tokens   bigint      not null,
    uncosted_cache_write_tokens  bigint      not null,
    task_count                   bigint      not null,
    event_count                  bigint      not null,
    spelling                     text        not null default '',
    updated_at                   timestamptz not null default now()
);

-- Hour and agent come first: a drain uses this index to read, compare and replace the buckets of an (hour, agent).
create unique index hourly_key on usage_rollup.hourly
    (bucket_hour, agent_id, workspace_id, runtime_id, project_id, provider, model) nulls not distinct;

comment on table usage_rollup.hourly is
    'LLM token usage by UTC hour. When usage_rollup.dirty is empty, it equals the GROUP BY of task_usage, row for row.';
comment on column usage_rollup.hourly.spelling is
    'How the usage rows spell the provider. Empty: as in provider. Asterisk: several spellings. Otherwise: their common other spelling.';

-- The distinct tasks of each hour and attribution, in the order of their ids: what a count over several models or hours needs.
create table usage_rollup.hourly_tasks (
    bucket_hour   timestamptz not null,
    agent_id      uuid        not null,
    workspace_id  uuid        not null,
    runtime_id    uuid,
    project_id    uuid,
    -- 16 bytes each. As an array of uuid, the server would send them one by one, which takes longer than reading them.
    task_ids      bytea       not null,
    -- A set without tasks has no row.
    check (octet_length(task_ids) > 0 and octet_length(task_ids) % 16 = 0)
);

-- Random ids don't compress: trying costs time and gains nothing.
alter table usage_rollup.hourly_tasks alter column task_ids set storage external;

create unique index hourly_tasks_key on usage_rollup.hourly_tasks
    (bucket_hour, agent_id, workspace_id, runtime_id, project_id) nulls not distinct;

create function usage_rollup.task_ids(ids bytea) returns uuid[]
    language sql immutable strict parallel safe
    return array(
        select encode(substring(ids from 16 * place + 1 for 16), 'hex')::uuid
        from generate_series(0, octet_length(ids) / 16 - 1) place
        order by place);

comment on function usage_rollup.task_ids is 'The tasks of a set, for people who read usage_rollup.hourly_tasks.';

comment on table usage_rollup.hourly_tasks is
    'The tasks with usage by UTC hour, each once in a row. Written with usage_rollup.hourly, in the same transactions.';

-- A mark means that something may be miscounted. Append-only and without keys, so that writers don't contend.
create table usage_rollup.dirty (
    bucket_hour  timestamptz,
    task_id      uuid,
    issue_id     uuid,
    agent_id     uuid,
    origin       smallint    not null default 0,
    enqueued_at  timestamptz not null default clock_timestamp(),
    xid          xid8        not null default pg_current_xact_id()
) with (
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 5000,
    autovacuum_vacuum_insert_scale_factor = 0,
    autovacuum_vacuum_insert_threshold = 50000,
    autovacuum_vacuum_cost_delay = 0,
    -- Truncating empty pages at the end would take a lock that writers wait for.
    vacuum_truncate = false
);

-- Used by the idle poll to find marks that the last poll could not see, however many dead marks there are.
create index dirty_xid on usage_rollup.dirty (xid);

comment on table usage_rollup.dirty is
    'What must be recomputed: a task or an agent in an hour, a whole hour, an entity whose hours must be found, or everything (all null).';
comment on column usage_rollup.dirty.origin is '0: a change by the application. 1: backfill or repair.';

-- An agent that a task has left, kept until no mark names the task and no drain can still attribute the task to this agent.
create table usage_rollup.moved (
    task_id   uuid not null,
    agent_id  uuid not null,
    seen_by   xid8
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0, vacuum_truncate = false);

create index moved_task on usage_rollup.moved (task_id);

comment on column usage_rollup.moved.seen_by is
    'Id of a transaction that saw this row before it first wrote. Drains that may attribute the task to this agent are older.';

-- An agent's usage in an hour that could not be summed, whose mark in dirty names the hour and agent; or a whole hour that could
-- not be computed, or an entity whose hours could not be found, whose marks stay in dirty unchanged.
create table usage_rollup.set_aside (
    bucket_hour      timestamptz,
    task_id          uuid,
    issue_id         uuid,
    agent_id         uuid,
    error            text        not null,
    attempts         integer     not null default 1,
    first_failed_at  timestamptz not null default clock_timestamp(),
    last_failed_at   timestamptz not null default clock_timestamp(),
    retry_at         timestamptz not null,
    unique nulls not distinct (bucket_hour, task_id, issue_id, agent_id)
);

create table usage_rollup.backfill (
    id            bigint      generated always as identity primary key,
    from_hour     timestamptz,
    to_hour       timestamptz,
    hours         bigint      not null,
    started_at    timestamptz not null default clock_timestamp(),
    completed_at  timestamptz
);

comment on table usage_rollup.backfill is
    'One row per backfill. The rollup is complete once a backfill without from_hour and to_hour has completed.';

-- One row per verification of all history. A scheduled one holds a lock on the table, so that replicas take turns.
create table usage_rollup.verification (
    id             bigint      generated always as identity primary key,
    replica        text        not null,
    scheduled      boolean     not null,
    started_at     timestamptz not null,
    ended_at       timestamptz not null default clock_timestamp(),
    raw_rows       bigint,
    buckets        bigint,
    drift_count    bigint,
    marked_hours   bigint,
    pending_hours  bigint,
    error          text,
    check ((error is null) = (drift_count is not null))
);

comment on table usage_rollup.verification is 'The latest verifications of all history, with what they found or why they failed.';

create table usage_rollup.replica (
    name              text        primary key,
    started_at        timestamptz not null default clock_timestamp(),
    drain_started_at  timestamptz,
    drain_ended_at    timestamptz,
    heartbeat_at      timestamptz,
    drain_rows        bigint      not null default 0,
    total_hours       bigint      not null default 0,
    total_rows        bigint      not null default 0,
    last_error        text,
    last_error_at     timestamptz,
    failures          integer     not null default 0,
    seen_at           timestamptz
-- Updated every second: free space on the page, and no index on changing columns, allow HOT updates.
) with (fillfactor = 50);

comment on column usage_rollup.replica.failures is 'Consecutive failed rounds of the background loop.';
comment on column usage_rollup.replica.heartbeat_at is 'Last heartbeat of the background loop, which sends one every second, even when idle, paused or failing.';
comment on column usage_rollup.replica.seen_at is 'Last heartbeat of a drain on request.';

-- One row with settings for all replicas.
create table usage_rollup.control (
    only_row       boolean     primary key default true check (only_row),
    paused_at      timestamptz,
    -- Changed only under the lock that drains share, so that no drain of an older hour is in progress.
    frozen_before  timestamptz check (frozen_before = date_trunc('hour', frozen_before, 'UTC')),
    frozen_at      timestamptz
);

comment on column usage_rollup.control.frozen_before is
    'Buckets of hours before it are final: they are never recomputed, whatever happens to the raw rows.';

-- Usage behind the horizon that was written after it had moved there, and so is in no bucket.
create table usage_rollup.late_usage (
    bucket_hour         timestamptz not null,
    task_id             uuid        not null,
    provider            text        not null,
    model               text        not null,
    input_tokens        bigint      not null,
    output_tokens       bigint      not null,
    cache_read_tokens   bigint      not null,
    cache_write_tokens  bigint      not null,
    cost_usd_ticks      bigint,
    noted_at            timestamptz not null default clock_timestamp(),
    primary key (task_id, provider, model)
);

comment on table usage_rollup.late_usage is
    'Usage rows that were written after their hour was frozen. No report contains them.';

insert into usage_rollup.control default values;
