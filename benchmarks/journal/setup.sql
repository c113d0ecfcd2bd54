-- Two ways to remember what is dirty, and a transaction that marks two of 70 keys with each.
drop schema if exists journal_bench cascade;
create schema journal_bench;
create table journal_bench.appended (bucket_hour timestamptz, task_id uuid, enqueued_at timestamptz default clock_timestamp());
create table journal_bench.keyed (
    bucket_hour timestamptz, task_id integer, enqueued_at timestamptz default clock_timestamp(), primary key (bucket_hour, task_id));
