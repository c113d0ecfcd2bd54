set local lock_timeout = '2s';

create trigger usage_rollup_insert after insert on public.task_usage
    referencing new table as new_rows for each statement execute function usage_rollup.mark_inserted_usage();

-- Only what a bucket is made of. No column list: "update of" misses what a BEFORE trigger of the application changed.
create trigger usage_rollup_update after update on public.task_usage
    for each row
    when (old.created_at is distinct from new.created_at
        or old.task_id is distinct from new.task_id
        or old.provider is distinct from new.provider
        or old.model is distinct from new.model
        or old.input_tokens is distinct from new.input_tokens
        or old.output_tokens is distinct from new.output_tokens
        or old.cache_read_tokens is distinct from new.cache_read_tokens
        or old.cache_write_tokens is distinct from new.cache_write_tokens
        or old.cost_usd_ticks is distinct from new.cost_usd_ticks)
    execute function usage_rollup.mark_updated_usage();

create trigger usage_rollup_delete after delete on public.task_usage
    referencing old table as old_rows for each statement execute function usage_rollup.mark_deleted_usage();

create trigger usage_rollup_truncate after truncate on public.task_usage
    for each statement execute function usage_rollup.mark_everything();
