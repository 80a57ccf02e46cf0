-- Exclusive rights with an expiry, timed by the database.
create table claw.leases (
  key text primary key,
  epoch bigint not null check (epoch > 0),
  holder text,
  ttl_ms integer not null check (ttl_ms > 0),
  renewed_at timestamptz not null
);
comment on table claw.leases is 'One row per right, e.g. leading the hub; the epoch grows with each takeover and never falls.';
