set local lock_timeout = '2s';

create trigger usage_rollup_move after update on public.issue
    for each row
    when (old.project_id is distinct from new.project_id)
    execute function usage_rollup.mark_issue();
