set local lock_timeout = '100ms';

select usage_rollup.install_triggers('public.issue');
