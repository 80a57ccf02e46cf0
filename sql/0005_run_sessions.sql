-- Runs of instances.
create table claw.run_sessions (
  session_id text primary key check (length(session_id) between 1 and 20),
  bot_id text not null,
  account_type text not null,
  environment_id bigint not null references claw.environments (environment_id),
  status text not null check (status in ('RUNNING', 'COMPLETED', 'CRASHED', 'KILLED', 'LOST')),
  started_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  reason text,
  detail text,
  code_hash text not null,
  params_version integer not null,
  epoch bigint not null,
  host text not null,
  pid integer not null,
  foreign key (bot_id, account_type) references claw.bot_control (bot_id, account_type),
  check ((status = 'RUNNING') = (ended_at is null))
);
comment on table claw.run_sessions is 'One row per run, opened after broker auth and reconcile.';
create unique index run_sessions_one_running on claw.run_sessions (bot_id, account_type) where status = 'RUNNING';
create index run_sessions_by_instance on claw.run_sessions (bot_id, account_type, started_at desc);
