import {
  type Database,
  eventStore,
  type Instance,
  instanceStore,
  paramsStore,
  positionStore,
  repairStore,
  sessionStore,
  tradeStore,
} from '@openclaw-trading/control-plane'
import type { AccountType, BarsRequest, Heartbeat, InstanceRef } from '@openclaw-trading/control-plane/client'
import type { FleetView, HubInstance, HubState } from '../api/parts.ts'
import type { BotDetail, DashboardData, LaneRow, StreamMessage } from '../api/schemas/dashboard.ts'
import { ServerError } from '../errors.ts'
import { checkParams } from '../strategies/check-params.ts'
import { paramsSchemaOf, type StrategyRegistry } from '../strategies/registry.ts'
import { ChartRing } from './chart-ring.ts'
import { instanceKey } from './instance-key.ts'
import { laneRow } from './lane-row.ts'
import { LaneCache } from './lane-cache.ts'
import type { Notices } from './notices.ts'

/** Newest rows that the page of a bot gets at first; older ones come from the paged routes. */
export const DETAIL_LIMITS = { trades: 200, sessions: 20, events: 100 } as const

/** What the fleet view is built from. */
export interface FleetParts {
  readonly database: Database
  readonly registry: StrategyRegistry
  readonly environment: DashboardData['environment']
  readonly notices: Notices
  readonly publish: (message: StreamMessage) => void
  readonly now: () => number
}

/**
 * The fleet as people see it: rows of the database, merged with the newest word of each process.
 *
 * Snapshots read the database anew; the stream uses the facts of the last read, so it goes on while the database is away.
 */
export class Fleet implements FleetView {
  readonly #charts = new ChartRing()
  readonly #parts: FleetParts
  readonly #cache: LaneCache
  readonly #sent = new Map<string, { readonly at: number; readonly shape: string }>()

  /** Creates the view; {@link refresh} fills it. */
  constructor(parts: FleetParts) {
    this.#parts = parts
    this.#cache = new LaneCache(parts)
  }

  /** The rows as last read; empty before the first read. */
  rows(): LaneRow[] {
    return this.#cache.facts().map(facts => laneRow(facts, this.#parts.now()))
  }

  /** Reads the instances anew and publishes those that changed. @throws when the database does not answer */
  async refresh(): Promise<void> {
    await this.#cache.refresh()
    this.publishChanges()
  }

  /** Takes a sign of life of a process of this host. */
  heartbeat(heartbeat: Heartbeat): void {
    if (this.#cache.heartbeat(heartbeat)) this.publishChanges(instanceKey(heartbeat), true)
  }

  /** Takes a sign of life that came over HTTP: it is stored too. @throws `fenced` for an older epoch */
  async heartbeatPosted(heartbeat: Heartbeat): Promise<void> {
    await instanceStore.heartbeat(this.#parts.database, heartbeat)
    this.heartbeat(heartbeat)
  }

  /** Takes bars for the chart and passes them on. */
  barsPosted({ sessionId: _sessionId, ...post }: BarsRequest): void {
    this.#charts.add(instanceKey(post), post)
    this.#parts.publish({ type: 'bars', ...post })
  }

  /**
   * Publishes rows whose shape changed: called at each heartbeat, and each second, since silence changes a row too.
   *
   * With `pulse` the row is also published when only its numbers moved, at most about once a second.
   */
  publishChanges(only?: string, pulse = false): void {
    const now = this.#parts.now()
    for (const facts of this.#cache.facts()) {
      const key = instanceKey(facts)
      if (only !== undefined && key !== only) continue
      const row = laneRow(facts, now)
      const shape = shapeOf(row)
      const sent = this.#sent.get(key)
      // 900 ms: a heartbeat of 1 s that comes a little early still counts.
      if (sent !== undefined && sent.shape === shape && !(pulse && now - sent.at >= 900)) continue
      this.#sent.set(key, { at: now, shape })
      this.#parts.publish({ type: 'lane', row })
    }
  }

  /** The snapshot of the Fleet page. */
  async dashboardData(hub: HubState): Promise<DashboardData> {
    await this.#cache.refresh()
    const rows = this.rows()
    const lane = (accountType: AccountType) =>
      rows.filter(row => row.accountType === accountType && !isIdle(row))
    const active = new Set(rows.filter(row => !isIdle(row)).map(row => row.botId))
    return {
      at: this.#parts.now(),
      environment: this.#parts.environment,
      notices: this.#parts.notices.list(),
      lanes: {
        backlog: this.#parts.registry.entries
          .filter(entry => !active.has(entry.botId))
          .map(({ botId, name, description, symbol, hypothesis }) => ({
            botId,
            name,
            description,
            symbol,
            hypothesis,
          })),
        demo: lane('demo'),
        live: lane('live'),
      },
      hub: { ...hub },
    }
  }

  /** Everything the page of one bot needs at first. @throws {@link ServerError} `unknown-bot` */
  async botDetail(ref: InstanceRef): Promise<BotDetail> {
    const entry = this.#parts.registry.get(ref.botId)
    await this.#cache.refresh()
    const facts = this.#cache.get(instanceKey(ref))
    if (facts === undefined)
      throw new ServerError(
        'unknown-bot',
        `${ref.botId} has no ${ref.accountType} instance. See /dashboard/data for those there are.`,
      )
    const { database } = this.#parts
    const [params, positions, trades, sessions, repairs, events] = await Promise.all([
      paramsStore.current(database, ref),
      positionStore.list(database, ref),
      tradeStore.list(database, { ...ref, limit: DETAIL_LIMITS.trades }),
      sessionStore.list(database, ref, { limit: DETAIL_LIMITS.sessions }),
      repairStore.list(database, ref),
      eventStore.list(database, { ...ref, limit: DETAIL_LIMITS.events }),
    ])
    const chart = this.#charts.get(instanceKey(ref))
    return {
      row: laneRow(facts, this.#parts.now()),
      params: checkParams(entry, params?.params ?? {}).effective,
      paramsVersion: params?.version ?? 0,
      paramsSchema: paramsSchemaOf(entry),
      chart: chart === null ? null : { ...chart, bars: [...chart.bars] },
      positions: positions.map(({ environmentId: _environmentId, ...position }) => position),
      trades: [...trades],
      sessions: sessions.map(session => ({
        sessionId: session.sessionId,
        status: session.status,
        startedAt: session.startedAt,
        endedAt: session.endedAt,
        reason: session.detail ?? session.reason,
      })),
      keepsState: entry.strategy.state !== undefined,
      repairs: [...repairs],
      events: events.map(({ id, at, type, message, count }) => ({ id, at, type, message, count })),
    }
  }

  /** The instances as the hub sees them. */
  async hubInstances(): Promise<HubInstance[]> {
    const instances = await instanceStore.list(this.#parts.database, {})
    return instances.map(hubInstance)
  }
}

function hubInstance(instance: Instance): HubInstance {
  const { botId, accountType, desired, actual, generation, observedGeneration, epoch } = instance
  const { host, pid, restartCount, nextRetryAt, statusDetail } = instance
  return {
    ...{ botId, accountType, desired, actual, generation, observedGeneration, epoch },
    ...{ host, pid, restartCount, nextRetryAt, reason: statusDetail },
  }
}

/** Stopped on purpose and never run: such a bot stands in the backlog. */
function isIdle(row: LaneRow): boolean {
  return (
    row.desired === 'stopped' && row.actual === 'stopped' && row.sessionId === null && row.tradeCount === 0
  )
}

/** What of a row must be published at once when it changes; its moving numbers wait for the next heartbeat. */
function shapeOf(row: LaneRow): string {
  const { heartbeatAgeMs: _age, marketAt: _marketAt, equity: _equity, statusDetail: _detail, ...shape } = row
  return JSON.stringify(shape)
}
