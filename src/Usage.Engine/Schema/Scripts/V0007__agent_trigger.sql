set local lock_timeout = '2s';

create trigger usage_rollup_move after update on public.agent
    for each row
    when (old.workspace_id is distinct from new.workspace_id)
    execute function usage_rollup.mark_agent();
