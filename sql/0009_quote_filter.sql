-- The operator's switch of the filter that keeps bad quotes from a strategy; on unless somebody has turned it off.
alter table claw.bot_control add column quote_filter boolean not null default true;
comment on column claw.bot_control.quote_filter is 'Keeps bad quotes from the strategy; a running bot takes a change at its next start.';
