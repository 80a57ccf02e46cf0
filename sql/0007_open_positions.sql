-- Open positions as their bots last confirmed them; the broker is the truth.
create table claw.open_positions (
  environment_id bigint not null references claw.environments (environment_id),
  position_id bigint not null check (position_id > 0),
  bot_id text not null,
  account_type text not null,
  session_id text not null references claw.run_sessions (session_id),
  symbol text not null,
  side text not null check (side in ('buy', 'sell')),
  volume double precision not null check (volume > 0),
  entry_price double precision not null check (entry_price > 0),
  opened_at timestamptz not null,
  stop_loss double precision check (stop_loss > 0),
  take_profit double precision check (take_profit > 0),
  confirmed_at timestamptz not null,
  primary key (environment_id, position_id)
);
comment on table claw.open_positions is 'One row per open position of a bot; replaced as a list.';
create index open_positions_by_instance on claw.open_positions (bot_id, account_type);
