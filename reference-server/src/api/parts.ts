import type { Database } from '@openclaw-trading/control-plane'
import type {
  ActualStatus,
  BarsRequest,
  ControlStatus,
  Heartbeat,
  InstanceRef,
} from '@openclaw-trading/control-plane/client'
import type { Logger } from '../observability/logger.ts'
import type { StrategyRegistry } from '../strategies/registry.ts'
import type { EventRing } from './event-ring.ts'
import type { BotDetail, DashboardData } from './schemas/dashboard.ts'
import type { EventStream } from './stream.ts'

/** Who leads the hub, and when it last looked. */
export type HubState = DashboardData['hub']

/** A part that the server needs, and whether it works. */
export interface PartHealth {
  readonly name: string
  readonly ok: boolean
  /** For people; empty when it works. */
  readonly detail: string
}

/** An instance as the hub sees it. */
export interface HubInstance extends InstanceRef {
  readonly desired: ControlStatus
  readonly actual: ActualStatus
  readonly generation: number
  readonly observedGeneration: number
  readonly epoch: number
  readonly host: string | null
  readonly pid: number | null
  readonly restartCount: number
  readonly nextRetryAt: number | null
  /** Why it is not what it should be; empty when all is well. */
  readonly reason: string
}

/** The fleet as the API shows it. */
export interface FleetView {
  /** The snapshot of the Fleet page. */
  dashboardData(hub: HubState): Promise<DashboardData>
  /** Everything the page of one bot needs at first. @throws `unknown-bot` */
  botDetail(ref: InstanceRef): Promise<BotDetail>
  hubInstances(): Promise<HubInstance[]>
  /** Takes a sign of life. @throws `fenced` for an older epoch */
  heartbeatPosted(heartbeat: Heartbeat): Promise<void>
  /** Takes bars for the chart. */
  barsPosted(post: BarsRequest): void
}

/** What the API is built from. */
export interface ApiParts {
  readonly database: Database
  readonly registry: StrategyRegistry
  readonly fleet: FleetView
  readonly ring: EventRing
  readonly stream: EventStream
  hubState(): HubState
  /** Parts beside the database that must work for the server to be ready. */
  health(): readonly PartHealth[]
  /** The desire changed: the hub looks at once. */
  desireChanged(): void
  /** Folder of the built dashboard; absent: API only. */
  readonly dashboardDir?: string
  readonly logger: Logger
}
