// Desired state, hub, supervisor, queue and stores, as parts that a server composes.
export {
  CONTROL_PLANE_ERROR_CODES,
  ControlPlaneError,
  type ControlPlaneErrorCode,
  isControlPlaneError,
} from './errors.ts'
export type { Logger } from './logger.ts'
export type { Clock } from './clock.ts'

// Database
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresEvent,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './database/embedded.ts'
export { connectDatabase, type Database, type DatabaseOptions } from './database/connect.ts'
export { migrate, type MigrateOptions, type MigrateResult } from './database/migrate.ts'
export { loadMigrations, type Migration } from './database/migrations.ts'
export { type Change, type ChangeListener, listen, type ListenOptions } from './database/notify.ts'
export type { Queryable } from './database/queryable.ts'

// Stores
export { type Bot, type BotRegistration, botStore } from './stores/bots.ts'
export { type Control, type ControlChange, controlStore, toControlResponse } from './stores/control.ts'
export { type Environment, environmentStore } from './stores/environments.ts'
export { type EventRecord, eventStore, type ProcessEvent } from './stores/events.ts'
export {
  type Instance,
  type InstanceReport,
  instanceStore,
  type ProcessIdentity,
} from './stores/instances.ts'
export { type Lease, leaseStore } from './stores/leases.ts'
export { paramsStore, type ParamsVersion, type ParamsWrite } from './stores/params.ts'
export { positionStore, type StoredPosition } from './stores/positions.ts'
export { MAX_WAITING_REPAIRS, type RepairAsk, repairStore, repairText } from './stores/repairs.ts'
export { type Session, sessionStore } from './stores/sessions.ts'
export { MAX_TRADE_BATCH, type TradeFilter, tradeStore, type TradeTotals } from './stores/trades.ts'

// Queue and hub
export type { HintQueue, ReconcileHint } from './queue/queue.ts'
export { createHintQueue, type HintQueueOptions } from './queue/bullmq.ts'
export {
  backoffMs,
  decideRestart,
  RESTART_POLICY,
  type RestartDecision,
  type RestartPolicy,
} from './hub/backoff.ts'
export { plan, type PlanInput, type Step } from './hub/plan.ts'
export { createReconciler, type HubState, type Reconciler, type ReconcilerOptions } from './hub/reconciler.ts'

// Worker
export { createSupervisor } from './supervise/supervisor.ts'
export type {
  BotLaunch,
  LaunchContext,
  RunningBot,
  Supervisor,
  SupervisorOptions,
} from './supervise/supervisor-options.ts'
export { STOP_LADDER, type StopLadder } from './supervise/stop-ladder.ts'
export { createForkHost } from './supervise/fork-host.ts'
export type { HostedProcess, ProcessExit, ProcessHost, ProcessSpec } from './supervise/process-host.ts'
export { freshness, type Freshness, HEARTBEAT_INTERVAL_MS } from './supervise/heartbeat.ts'
export { identifyProcess } from './supervise/identity.ts'
export { currentBootId } from './process-probe.ts'
export type { BotStart, BrokerAccess, FromBot, QuoteSilenceLimits, ToBot } from './supervise/protocol.ts'
