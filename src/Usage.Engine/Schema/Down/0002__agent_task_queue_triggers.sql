drop trigger if exists usage_rollup_move on public.agent_task_queue;
drop trigger if exists usage_rollup_delete on public.agent_task_queue;
