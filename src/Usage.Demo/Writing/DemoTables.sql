-- Records which history the demo has generated, so that a later run can continue it. Not part of the application or the engine.
create schema if not exists usage_demo;

create table if not exists usage_demo.world (
    id          integer  generated always as identity primary key,
    seed        bigint   not null,
    workspaces  integer  not null,
    agents      integer  not null,
    issues      integer  not null
);

-- Sessions are written in order, so an interrupted run continues after the last one.
create table if not exists usage_demo.history_period (
    id             integer      generated always as identity primary key,
    world_id       integer      not null references usage_demo.world,
    seed           bigint       not null,
    tasks          integer      not null,
    from_hour      timestamptz  not null,
    to_hour        timestamptz  not null,
    grows          boolean      not null,
    sessions_done  integer      not null default 0,
    completed      boolean      not null default false
);
