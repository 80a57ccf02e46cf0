-- What a person asks to be done to what a stopped bot has kept. Its process does it at its next start, and tells what came of it.
create table claw.repairs (
  repair_id bigint generated always as identity primary key,
  bot_id text not null,
  account_type text not null check (account_type in ('demo', 'live')),
  action text not null check (action in ('reset-state', 'release-protection', 'settle-order')),
  target text not null check (length(target) <= 200),
  work jsonb not null,
  reason text not null check (length(reason) between 1 and 500),
  asked_by text not null,
  asked_at timestamptz not null default now(),
  status text not null default 'waiting' check (status in ('waiting', 'applied', 'refused', 'withdrawn')),
  result text check (length(result) <= 1000),
  settled_at timestamptz,
  session_id text,
  check ((status = 'waiting') = (settled_at is null)),
  foreign key (bot_id, account_type) references claw.bot_control (bot_id, account_type)
);
comment on table claw.repairs is 'One row per repair asked for: who, when, why, and what came of it. Rows are never deleted.';
comment on column claw.repairs.target is 'What the action is about: an order id, a protection with its number; empty for the state.';
create unique index repairs_waiting on claw.repairs (bot_id, account_type, action, target) where status = 'waiting';
create index repairs_by_instance on claw.repairs (bot_id, account_type, repair_id desc);
