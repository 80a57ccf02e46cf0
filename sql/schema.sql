-- What the numbered files of this folder add up to. Made by packages/control-plane/scripts/dump-schema.mjs: do not edit.

create schema claw;

create table claw.bot_control (
  bot_id text not null,
  account_type text not null,
  status text not null,
  lot_size double precision,
  reason text not null,
  updated_by text not null,
  updated_at timestamp with time zone default now() not null,
  generation bigint default 1 not null,
  quote_filter boolean default true not null,
  constraint bot_control_pkey PRIMARY KEY (bot_id, account_type),
  constraint bot_control_bot_id_fkey FOREIGN KEY (bot_id) REFERENCES claw.bots(bot_id),
  constraint bot_control_account_type_check CHECK ((account_type = ANY (ARRAY['demo'::text, 'live'::text]))),
  constraint bot_control_generation_check CHECK ((generation > 0)),
  constraint bot_control_lot_size_check CHECK ((lot_size > (0)::double precision)),
  constraint bot_control_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500))),
  constraint bot_control_status_check CHECK ((status = ANY (ARRAY['running'::text, 'paused'::text, 'stopped'::text])))
);
comment on table claw.bot_control is 'The operator''s word per instance; generation grows with each change.';
comment on column claw.bot_control.quote_filter is 'Keeps bad quotes from the strategy; a running bot takes a change at its next start.';

create table claw.bot_instances (
  bot_id text not null,
  account_type text not null,
  desired_status text not null,
  generation bigint not null,
  observed_generation bigint default 0 not null,
  actual_status text default 'stopped'::text not null,
  actual_generation bigint default 0 not null,
  actual_changed_at timestamp with time zone default now() not null,
  status_detail text default ''::text not null,
  epoch bigint default 0 not null,
  host text,
  boot_id text,
  pid integer,
  process_start_mark text,
  process_started_at timestamp with time zone,
  nonce text,
  session_id text,
  restart_count integer default 0 not null,
  crash_times timestamp with time zone[] default '{}'::timestamp with time zone[] not null,
  next_retry_at timestamp with time zone,
  heartbeat jsonb,
  heartbeat_at timestamp with time zone,
  constraint bot_instances_pkey PRIMARY KEY (bot_id, account_type),
  constraint bot_instances_bot_id_account_type_fkey FOREIGN KEY (bot_id, account_type) REFERENCES claw.bot_control(bot_id, account_type),
  constraint bot_instances_actual_status_check CHECK ((actual_status = ANY (ARRAY['starting'::text, 'running'::text, 'stopping'::text, 'stopped'::text, 'crashed'::text, 'failed'::text, 'unknown'::text]))),
  constraint bot_instances_crash_times_check CHECK ((cardinality(crash_times) <= 32)),
  constraint bot_instances_desired_status_check CHECK ((desired_status = ANY (ARRAY['running'::text, 'paused'::text, 'stopped'::text])))
);
comment on table claw.bot_instances is 'One row per supervised instance: what should run, what runs, as which process.';
comment on column claw.bot_instances.observed_generation is 'Written by the hub: it has planned for this generation.';
comment on column claw.bot_instances.actual_generation is 'Written by the worker with actual_status: the generation it acted for.';
comment on column claw.bot_instances.epoch is 'Grows with each start; an older one is fenced.';
comment on column claw.bot_instances.process_start_mark is 'What the kernel calls the start of the process; compared, never computed with.';

create table claw.bot_params (
  bot_id text not null,
  account_type text not null,
  version integer not null,
  params jsonb not null,
  author text not null,
  reason text not null,
  created_at timestamp with time zone default now() not null,
  constraint bot_params_pkey PRIMARY KEY (bot_id, account_type, version),
  constraint bot_params_bot_id_fkey FOREIGN KEY (bot_id) REFERENCES claw.bots(bot_id),
  constraint bot_params_account_type_check CHECK ((account_type = ANY (ARRAY['demo'::text, 'live'::text]))),
  constraint bot_params_params_check CHECK ((jsonb_typeof(params) = 'object'::text)),
  constraint bot_params_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500))),
  constraint bot_params_version_check CHECK ((version > 0))
);
comment on table claw.bot_params is 'One row per version; the newest is in force, a rollback is a new version.';

create table claw.bots (
  bot_id text not null,
  name text not null,
  module text not null,
  description text not null,
  symbols text[] not null,
  timeframes text[] not null,
  params_schema jsonb not null,
  hypothesis text not null,
  registered_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint bots_pkey PRIMARY KEY (bot_id),
  constraint bots_bot_id_check CHECK ((bot_id ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$'::text))
);
comment on table claw.bots is 'One row per strategy.';
comment on column claw.bots.module is 'Key in the registry of strategies; never a path.';

create table claw.environments (
  environment_id bigint generated always as identity not null,
  account_type text not null,
  name text not null,
  ctid_trader_account_id bigint not null,
  broker text not null,
  currency text not null,
  leverage double precision not null,
  position_mode text not null,
  created_at timestamp with time zone default now() not null,
  last_seen_at timestamp with time zone default now() not null,
  constraint environments_pkey PRIMARY KEY (environment_id),
  constraint environments_name_ctid_trader_account_id_key UNIQUE (name, ctid_trader_account_id),
  constraint environments_account_type_check CHECK ((account_type = ANY (ARRAY['demo'::text, 'live'::text]))),
  constraint environments_leverage_check CHECK ((leverage > (0)::double precision)),
  constraint environments_name_check CHECK (((length(name) >= 1) AND (length(name) <= 128))),
  constraint environments_position_mode_check CHECK ((position_mode = ANY (ARRAY['hedged'::text, 'netted'::text, 'spread-betting'::text])))
);
comment on table claw.environments is 'One row per broker account; a new simulated venue is a new row.';
comment on column claw.environments.name is 'simulated:<venue id>, replay:<run id> or the broker host.';

create table claw.leases (
  key text not null,
  epoch bigint not null,
  holder text,
  ttl_ms integer not null,
  renewed_at timestamp with time zone not null,
  constraint leases_pkey PRIMARY KEY (key),
  constraint leases_epoch_check CHECK ((epoch > 0)),
  constraint leases_ttl_ms_check CHECK ((ttl_ms > 0))
);
comment on table claw.leases is 'One row per right, e.g. leading the hub; the epoch grows with each takeover and never falls.';

create table claw.open_positions (
  environment_id bigint not null,
  position_id bigint not null,
  bot_id text not null,
  account_type text not null,
  session_id text not null,
  symbol text not null,
  side text not null,
  volume double precision not null,
  entry_price double precision not null,
  opened_at timestamp with time zone not null,
  stop_loss double precision,
  take_profit double precision,
  confirmed_at timestamp with time zone not null,
  constraint open_positions_pkey PRIMARY KEY (environment_id, position_id),
  constraint open_positions_environment_id_fkey FOREIGN KEY (environment_id) REFERENCES claw.environments(environment_id),
  constraint open_positions_session_id_fkey FOREIGN KEY (session_id) REFERENCES claw.run_sessions(session_id),
  constraint open_positions_entry_price_check CHECK ((entry_price > (0)::double precision)),
  constraint open_positions_position_id_check CHECK ((position_id > 0)),
  constraint open_positions_side_check CHECK ((side = ANY (ARRAY['buy'::text, 'sell'::text]))),
  constraint open_positions_stop_loss_check CHECK ((stop_loss > (0)::double precision)),
  constraint open_positions_take_profit_check CHECK ((take_profit > (0)::double precision)),
  constraint open_positions_volume_check CHECK ((volume > (0)::double precision))
);
CREATE INDEX open_positions_by_instance ON claw.open_positions USING btree (bot_id, account_type);
comment on table claw.open_positions is 'One row per open position of a bot; replaced as a list.';

create table claw.process_events (
  event_id bigint generated always as identity not null,
  type text not null,
  message text not null,
  bot_id text,
  account_type text,
  generation bigint,
  session_id text,
  fields jsonb default '{}'::jsonb not null,
  dedupe_key text not null,
  count integer default 1 not null,
  first_at timestamp with time zone default now() not null,
  last_at timestamp with time zone default now() not null,
  constraint process_events_pkey PRIMARY KEY (event_id),
  constraint process_events_account_type_check CHECK ((account_type = ANY (ARRAY['demo'::text, 'live'::text]))),
  constraint process_events_count_check CHECK ((count > 0)),
  constraint process_events_message_check CHECK ((length(message) <= 2000)),
  constraint process_events_type_check CHECK ((type ~ '^[a-z][a-z0-9-]{0,63}$'::text))
);
CREATE INDEX process_events_by_instance ON claw.process_events USING btree (bot_id, account_type, event_id DESC);
CREATE INDEX process_events_by_key ON claw.process_events USING btree (dedupe_key, last_at DESC);
comment on table claw.process_events is 'One row per event and hour, newest kept, older ones pruned by the hub.';

create table claw.repairs (
  repair_id bigint generated always as identity not null,
  bot_id text not null,
  account_type text not null,
  action text not null,
  target text not null,
  work jsonb not null,
  reason text not null,
  asked_by text not null,
  asked_at timestamp with time zone default now() not null,
  status text default 'waiting'::text not null,
  result text,
  settled_at timestamp with time zone,
  session_id text,
  constraint repairs_pkey PRIMARY KEY (repair_id),
  constraint repairs_bot_id_account_type_fkey FOREIGN KEY (bot_id, account_type) REFERENCES claw.bot_control(bot_id, account_type),
  constraint repairs_account_type_check CHECK ((account_type = ANY (ARRAY['demo'::text, 'live'::text]))),
  constraint repairs_action_check CHECK ((action = ANY (ARRAY['reset-state'::text, 'release-protection'::text, 'settle-order'::text]))),
  constraint repairs_check CHECK (((status = 'waiting'::text) = (settled_at IS NULL))),
  constraint repairs_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500))),
  constraint repairs_result_check CHECK ((length(result) <= 1000)),
  constraint repairs_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'applied'::text, 'refused'::text, 'withdrawn'::text]))),
  constraint repairs_target_check CHECK ((length(target) <= 200))
);
CREATE INDEX repairs_by_instance ON claw.repairs USING btree (bot_id, account_type, repair_id DESC);
CREATE UNIQUE INDEX repairs_waiting ON claw.repairs USING btree (bot_id, account_type, action, target) WHERE (status = 'waiting'::text);
comment on table claw.repairs is 'One row per repair asked for: who, when, why, and what came of it. Rows are never deleted.';
comment on column claw.repairs.target is 'What the action is about: an order id, a protection with its number; empty for the state.';

create table claw.run_sessions (
  session_id text not null,
  bot_id text not null,
  account_type text not null,
  environment_id bigint not null,
  status text not null,
  started_at timestamp with time zone default clock_timestamp() not null,
  ended_at timestamp with time zone,
  reason text,
  detail text,
  code_hash text not null,
  params_version integer not null,
  epoch bigint not null,
  host text not null,
  pid integer not null,
  constraint run_sessions_pkey PRIMARY KEY (session_id),
  constraint run_sessions_bot_id_account_type_fkey FOREIGN KEY (bot_id, account_type) REFERENCES claw.bot_control(bot_id, account_type),
  constraint run_sessions_environment_id_fkey FOREIGN KEY (environment_id) REFERENCES claw.environments(environment_id),
  constraint run_sessions_check CHECK (((status = 'RUNNING'::text) = (ended_at IS NULL))),
  constraint run_sessions_session_id_check CHECK (((length(session_id) >= 1) AND (length(session_id) <= 20))),
  constraint run_sessions_status_check CHECK ((status = ANY (ARRAY['RUNNING'::text, 'COMPLETED'::text, 'CRASHED'::text, 'KILLED'::text, 'LOST'::text])))
);
CREATE INDEX run_sessions_by_instance ON claw.run_sessions USING btree (bot_id, account_type, started_at DESC);
CREATE UNIQUE INDEX run_sessions_one_running ON claw.run_sessions USING btree (bot_id, account_type) WHERE (status = 'RUNNING'::text);
comment on table claw.run_sessions is 'One row per run, opened after broker auth and reconcile.';

create table claw.schema_migrations (
  version integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone default now() not null,
  constraint schema_migrations_pkey PRIMARY KEY (version)
);

create table claw.trades (
  environment_id bigint not null,
  deal_id bigint not null,
  position_id bigint not null,
  session_id text not null,
  bot_id text not null,
  account_type text not null,
  symbol text not null,
  side text not null,
  volume double precision not null,
  entry_price double precision not null,
  exit_price double precision not null,
  stop_loss double precision,
  take_profit double precision,
  opened_at timestamp with time zone not null,
  closed_at timestamp with time zone not null,
  exit_reason text not null,
  currency text not null,
  money_digits smallint not null,
  gross_minor bigint not null,
  commission_minor bigint not null,
  swap_minor bigint not null,
  conversion_fee_minor bigint not null,
  net_minor bigint not null,
  balance_minor bigint not null,
  params_version integer not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  constraint trades_pkey PRIMARY KEY (environment_id, deal_id),
  constraint trades_environment_id_fkey FOREIGN KEY (environment_id) REFERENCES claw.environments(environment_id),
  constraint trades_session_id_fkey FOREIGN KEY (session_id) REFERENCES claw.run_sessions(session_id),
  constraint trades_deal_id_check CHECK ((deal_id > 0)),
  constraint trades_entry_price_check CHECK ((entry_price > (0)::double precision)),
  constraint trades_exit_price_check CHECK ((exit_price > (0)::double precision)),
  constraint trades_exit_reason_check CHECK ((exit_reason = ANY (ARRAY['stop-loss'::text, 'take-profit'::text, 'strategy'::text, 'stop-out'::text, 'external'::text]))),
  constraint trades_money_digits_check CHECK (((money_digits >= 0) AND (money_digits <= 8))),
  constraint trades_position_id_check CHECK ((position_id > 0)),
  constraint trades_side_check CHECK ((side = ANY (ARRAY['buy'::text, 'sell'::text]))),
  constraint trades_stop_loss_check CHECK ((stop_loss > (0)::double precision)),
  constraint trades_take_profit_check CHECK ((take_profit > (0)::double precision)),
  constraint trades_volume_check CHECK ((volume > (0)::double precision))
);
CREATE INDEX trades_by_instance ON claw.trades USING btree (bot_id, account_type, closed_at DESC, deal_id DESC);
CREATE INDEX trades_by_session ON claw.trades USING btree (session_id);
comment on table claw.trades is 'One row per closing deal, at most once: a repeat finds the stored row.';
comment on column claw.trades.net_minor is 'In units of 10^-money_digits of currency, like all *_minor.';
