drop trigger if exists usage_rollup_insert on public.task_usage;
drop trigger if exists usage_rollup_update on public.task_usage;
drop trigger if exists usage_rollup_delete on public.task_usage;
drop trigger if exists usage_rollup_truncate on public.task_usage;
