set local lock_timeout = '2s';

select usage_rollup.install_triggers('public.agent');
