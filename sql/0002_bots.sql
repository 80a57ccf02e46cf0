-- Strategies and the versions of their parameters.
create table claw.bots (
  bot_id text primary key check (bot_id ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$'),
  name text not null,
  module text not null,
  description text not null,
  symbols text[] not null,
  timeframes text[] not null,
  params_schema jsonb not null,
  hypothesis text not null,
  registered_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table claw.bots is 'One row per strategy.';
comment on column claw.bots.module is 'Key in the registry of strategies; never a path.';

create table claw.bot_params (
  bot_id text not null references claw.bots (bot_id),
  account_type text not null check (account_type in ('demo', 'live')),
  version integer not null check (version > 0),
  params jsonb not null check (jsonb_typeof(params) = 'object'),
  author text not null,
  reason text not null check (length(reason) between 1 and 500),
  created_at timestamptz not null default now(),
  primary key (bot_id, account_type, version)
);
comment on table claw.bot_params is 'One row per version; the newest is in force, a rollback is a new version.';
