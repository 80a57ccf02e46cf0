-- Broker accounts, as the broker describes them: read, never typed by hand.
create table claw.environments (
  environment_id bigint generated always as identity primary key,
  account_type text not null check (account_type in ('demo', 'live')),
  name text not null check (length(name) between 1 and 128),
  ctid_trader_account_id bigint not null,
  broker text not null,
  currency text not null,
  leverage double precision not null check (leverage > 0),
  position_mode text not null check (position_mode in ('hedged', 'netted', 'spread-betting')),
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  unique (name, ctid_trader_account_id)
);
comment on table claw.environments is 'One row per broker account; a new simulated venue is a new row.';
comment on column claw.environments.name is 'simulated:<venue id>, replay:<run id> or the broker host.';
