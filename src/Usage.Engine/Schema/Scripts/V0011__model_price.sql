-- A price list that was taken in.
create table usage_rollup.price_import (
    id           bigint       generated always as identity primary key,
    imported_at  timestamptz  not null default clock_timestamp(),
    source       text         not null,
    format       text         not null,
    sha256       text         not null,
    undone_at    timestamptz
);

comment on table usage_rollup.price_import is 'Where prices come from. The last import that is not undone can be.';

-- USD per million tokens. A price holds from its UTC date until the next one of the same provider and model.
create table usage_rollup.model_price (
    provider        text     not null default '',
    model           text     not null,
    input           numeric  not null,
    output          numeric  not null,
    cache_read      numeric  not null,
    cache_write     numeric  not null,
    cache_write_1h  numeric,
    valid_from      date,
    above_tokens    bigint   not null default 0 check (above_tokens between 0 and 1000000000000),
    import_id       bigint   references usage_rollup.price_import (id),
    unique nulls not distinct (provider, model, valid_from, above_tokens),
    check (provider = lower(btrim(provider, e' \t\n\x0b\f\r') collate "C")),
    check (model <> ''),
    check (isfinite(valid_from)),
    -- Within these bounds costs are exact in decimals of 28 digits.
    check (least(input, output, cache_read, cache_write, cache_write_1h) >= 0),
    check (greatest(input, output, cache_read, cache_write, cache_write_1h) <= 100000),
    check (greatest(scale(trim_scale(input)), scale(trim_scale(output)), scale(trim_scale(cache_read)), scale(trim_scale(cache_write)),
                    scale(trim_scale(cache_write_1h))) <= 10)
);

comment on table usage_rollup.model_price is
    'Prices in USD per million tokens, for usage whose provider gave no price. An empty provider stands for any.';
comment on column usage_rollup.model_price.valid_from is 'First UTC date on which the price holds; null: since always.';
comment on column usage_rollup.model_price.above_tokens is
    'The price holds for calls with more input tokens than these, cached ones included. Sums of calls are priced by the lowest tier.';
comment on column usage_rollup.model_price.cache_write_1h is 'For tokens that a cache keeps for an hour, where a call says so; null: as cache_write.';

-- What an import replaced or removed.
create table usage_rollup.former_price (
    like usage_rollup.model_price,
    ended_by  bigint  not null references usage_rollup.price_import (id)
);

comment on table usage_rollup.former_price is 'Prices that the import ended_by replaced or removed, as they were.';
