-- What happened to processes and instances; a repeat within an hour raises the count of its row.
create table claw.process_events (
  event_id bigint generated always as identity primary key,
  type text not null check (type ~ '^[a-z][a-z0-9-]{0,63}$'),
  message text not null check (length(message) <= 2000),
  bot_id text,
  account_type text check (account_type in ('demo', 'live')),
  generation bigint,
  session_id text,
  fields jsonb not null default '{}',
  dedupe_key text not null,
  count integer not null default 1 check (count > 0),
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now()
);
comment on table claw.process_events is 'One row per event and hour, newest kept, older ones pruned by the hub.';
create index process_events_by_key on claw.process_events (dedupe_key, last_at desc);
create index process_events_by_instance on claw.process_events (bot_id, account_type, event_id desc);
