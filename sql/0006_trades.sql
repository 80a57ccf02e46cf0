-- Closing deals. opened_at and closed_at are market time, recorded_at is wall time.
create table claw.trades (
  environment_id bigint not null references claw.environments (environment_id),
  deal_id bigint not null check (deal_id > 0),
  position_id bigint not null check (position_id > 0),
  session_id text not null references claw.run_sessions (session_id),
  bot_id text not null,
  account_type text not null,
  symbol text not null,
  side text not null check (side in ('buy', 'sell')),
  volume double precision not null check (volume > 0),
  entry_price double precision not null check (entry_price > 0),
  exit_price double precision not null check (exit_price > 0),
  stop_loss double precision check (stop_loss > 0),
  take_profit double precision check (take_profit > 0),
  opened_at timestamptz not null,
  closed_at timestamptz not null,
  exit_reason text not null check (exit_reason in ('stop-loss', 'take-profit', 'strategy', 'stop-out', 'external')),
  currency text not null,
  money_digits smallint not null check (money_digits between 0 and 8),
  gross_minor bigint not null,
  commission_minor bigint not null,
  swap_minor bigint not null,
  conversion_fee_minor bigint not null,
  net_minor bigint not null,
  balance_minor bigint not null,
  params_version integer not null,
  recorded_at timestamptz not null default clock_timestamp(),
  primary key (environment_id, deal_id)
);
comment on table claw.trades is 'One row per closing deal, at most once: a repeat finds the stored row.';
comment on column claw.trades.net_minor is 'In units of 10^-money_digits of currency, like all *_minor.';
create index trades_by_instance on claw.trades (bot_id, account_type, closed_at desc, deal_id desc);
create index trades_by_session on claw.trades (session_id);
