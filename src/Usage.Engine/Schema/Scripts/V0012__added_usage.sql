-- What was added, so that it is added once. A key belongs to its task. Housekeeping forgets keys after seven days.
create table usage_rollup.added_usage (
    task_id   uuid         not null,
    key       text         not null check (char_length(key) between 1 and 200),
    added_at  timestamptz  not null default statement_timestamp(),
    primary key (task_id, key)
);

create index on usage_rollup.added_usage (added_at);

comment on table usage_rollup.added_usage is 'Keys of the usage that was added to tasks in the last seven days.';

-- Null, where either is: a sum of which one part has no cost has none.
create function usage_rollup.checked_sum(field text, stored bigint, added bigint, bound bigint) returns bigint
language plpgsql immutable as $$
begin
    if stored::numeric + added > bound then
        raise exception numeric_value_out_of_range using
            message = format('%s: %s stored and %s added', field, stored, added),
            detail = (stored::numeric + added)::text,
            column = field;
    end if;
    return stored + added;
end
$$;
