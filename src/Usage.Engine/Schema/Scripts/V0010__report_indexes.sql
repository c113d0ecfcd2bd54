set local lock_timeout = '100ms';

-- Used by workspace reports, and by runtime reports, which are restricted to one workspace. Only drains write this table, and
-- they can afford to wait.
create index hourly_workspace on usage_rollup.hourly (workspace_id, bucket_hour);

-- Serves the counts of tasks over several models or hours.
create index hourly_tasks_workspace on usage_rollup.hourly_tasks (workspace_id, bucket_hour);
