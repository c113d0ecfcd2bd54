drop trigger if exists usage_rollup_move on public.issue;
