set local lock_timeout = '2s';

-- No column list: "update of" misses what a BEFORE trigger of the application changed.
create trigger usage_rollup_move after update on public.agent_task_queue
    for each row
    when (old.runtime_id is distinct from new.runtime_id
        or old.issue_id is distinct from new.issue_id
        or old.agent_id is distinct from new.agent_id)
    execute function usage_rollup.mark_moved_task();

create trigger usage_rollup_delete after delete on public.agent_task_queue
    referencing old table as old_rows for each statement execute function usage_rollup.remember_deleted_tasks();
