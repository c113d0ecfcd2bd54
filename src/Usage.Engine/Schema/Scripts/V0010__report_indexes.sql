set local lock_timeout = '100ms';

-- Serves the reports of workspaces, and of runtimes, which are read within one workspace. Only drains write this table, and they wait.
create index hourly_workspace on usage_rollup.hourly (workspace_id, bucket_hour);
