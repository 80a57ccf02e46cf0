-- Desire and its execution. bot_control and bot_instances.desired_status are written by one store method in one transaction.
create table claw.bot_control (
  bot_id text not null references claw.bots (bot_id),
  account_type text not null check (account_type in ('demo', 'live')),
  status text not null check (status in ('running', 'paused', 'stopped')),
  lot_size double precision check (lot_size > 0),
  reason text not null check (length(reason) between 1 and 500),
  updated_by text not null,
  updated_at timestamptz not null default now(),
  generation bigint not null default 1 check (generation > 0),
  primary key (bot_id, account_type)
);
comment on table claw.bot_control is 'The operator''s word per instance; generation grows with each change.';

create table claw.bot_instances (
  bot_id text not null,
  account_type text not null,
  desired_status text not null check (desired_status in ('running', 'paused', 'stopped')),
  generation bigint not null,
  observed_generation bigint not null default 0,
  actual_status text not null default 'stopped'
    check (actual_status in ('starting', 'running', 'stopping', 'stopped', 'crashed', 'failed', 'unknown')),
  actual_generation bigint not null default 0,
  actual_changed_at timestamptz not null default now(),
  status_detail text not null default '',
  epoch bigint not null default 0,
  host text,
  boot_id text,
  pid integer,
  process_start_mark text,
  process_started_at timestamptz,
  nonce text,
  session_id text,
  restart_count integer not null default 0,
  crash_times timestamptz[] not null default '{}' check (cardinality(crash_times) <= 32),
  next_retry_at timestamptz,
  heartbeat jsonb,
  heartbeat_at timestamptz,
  primary key (bot_id, account_type),
  foreign key (bot_id, account_type) references claw.bot_control (bot_id, account_type)
);
comment on table claw.bot_instances is 'One row per supervised instance: what should run, what runs, as which process.';
comment on column claw.bot_instances.observed_generation is 'Written by the hub: it has planned for this generation.';
comment on column claw.bot_instances.actual_generation is 'Written by the worker with actual_status: the generation it acted for.';
comment on column claw.bot_instances.epoch is 'Grows with each start; an older one is fenced.';
comment on column claw.bot_instances.process_start_mark is 'What the kernel calls the start of the process; compared, never computed with.';
