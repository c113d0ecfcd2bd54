drop schema if exists usage_rollup cascade;
