set local lock_timeout = '2s';

create trigger usage_rollup_insert after insert on public.task_usage
    for each row execute function usage_rollup.mark_inserted_usage();

-- No column list: "update of" misses what a BEFORE trigger of the application changed.
create trigger usage_rollup_update after update on public.task_usage
    for each row execute function usage_rollup.mark_updated_usage();

create trigger usage_rollup_delete after delete on public.task_usage
    referencing old table as old_rows for each statement execute function usage_rollup.mark_deleted_usage();

create trigger usage_rollup_truncate after truncate on public.task_usage
    for each statement execute function usage_rollup.mark_everything();
