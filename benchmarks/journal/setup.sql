-- Two ways to record what is dirty, and for each a transaction that marks two of 70 keys.
drop schema if exists journal_bench cascade;
create schema journal_bench;
create table journal_bench.appended (bucket_hour timestamptz, task_id uuid, enqueued_at timestamptz default clock_timestamp());
create table journal_bench.keyed (
    bucket_hour timestamptz, task_id integer, enqueued_at timestamptz default clock_timestamp(), primary key (bucket_hour, task_id));
