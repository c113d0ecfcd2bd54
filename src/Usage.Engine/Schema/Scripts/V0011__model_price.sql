-- USD per million tokens. A price applies from its UTC date until the next price of the same provider and model.
create table usage_rollup.model_price (
    provider     text     not null default '',
    model        text     not null,
    input        numeric  not null,
    output       numeric  not null,
    cache_read   numeric  not null,
    cache_write  numeric  not null,
    valid_from   date,
    unique nulls not distinct (provider, model, valid_from),
    check (provider = lower(btrim(provider, e' \t\n\x0b\f\r') collate "C")),
    check (model <> ''),
    check (isfinite(valid_from)),
    -- Within these bounds, costs are exact in a 28-digit decimal.
    check (least(input, output, cache_read, cache_write) >= 0),
    check (greatest(input, output, cache_read, cache_write) <= 100000),
    check (greatest(scale(trim_scale(input)), scale(trim_scale(output)), scale(trim_scale(cache_read)), scale(trim_scale(cache_write))) <= 10)
);

comment on table usage_rollup.model_price is
    'Prices in USD per million tokens, for usage without a cost reported by the provider. An empty provider means any provider.';
comment on column usage_rollup.model_price.valid_from is 'First UTC date on which the price applies; null if it has always applied.';
