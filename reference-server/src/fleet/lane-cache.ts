import {
  type Database,
  type Instance,
  instanceStore,
  paramsStore,
  positionStore,
  type TradeTotals,
  tradeStore,
} from '@openclaw-trading/control-plane'
import type { Heartbeat } from '@openclaw-trading/control-plane/client'
import { barOpen, type UnixMs } from '@openclaw-trading/trading-model'
import type { StrategyRegistry } from '../strategies/registry.ts'
import { instanceKey } from './instance-key.ts'
import type { LaneFacts } from './lane-row.ts'

interface Received {
  readonly receivedAt: number
  readonly heartbeat: Heartbeat
}

/** The facts of each instance as last read, with the newest heartbeat merged in. */
export class LaneCache {
  readonly #parts: {
    readonly database: Database
    readonly registry: StrategyRegistry
    readonly now: () => number
  }
  readonly #heartbeats = new Map<string, Received>()
  /** When this server first saw the generation of an instance: for 30 s a difference is normal. */
  readonly #seen = new Map<string, { readonly generation: number; readonly at: number }>()
  #facts = new Map<string, LaneFacts>()
  #reading: Promise<void> | undefined

  /** Creates an empty cache. */
  constructor(parts: {
    readonly database: Database
    readonly registry: StrategyRegistry
    readonly now: () => number
  }) {
    this.#parts = parts
  }

  /** All instances of known strategies, by bot id. */
  facts(): LaneFacts[] {
    return [...this.#facts.values()].map(facts => this.#merged(facts))
  }

  /** One instance; undefined when there is none. */
  get(key: string): LaneFacts | undefined {
    const facts = this.#facts.get(key)
    return facts === undefined ? undefined : this.#merged(facts)
  }

  /** Takes a heartbeat; false for an instance that is not known (yet). */
  heartbeat(heartbeat: Heartbeat): boolean {
    const key = instanceKey(heartbeat)
    const known = this.#heartbeats.get(key)
    // IPC and HTTP bring the same heartbeats at their own pace: an older word never replaces a newer one.
    if (
      known !== undefined &&
      known.heartbeat.sentAt > heartbeat.sentAt &&
      known.heartbeat.epoch >= heartbeat.epoch
    )
      return false
    this.#heartbeats.set(key, { receivedAt: this.#parts.now(), heartbeat })
    return this.#facts.has(key)
  }

  /** Reads everything anew; callers at the same time share one read. */
  refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  async #read(): Promise<void> {
    const { database, registry } = this.#parts
    const known = new Map(registry.entries.map(entry => [entry.botId, entry]))
    const instances = (await instanceStore.list(database, {})).filter(instance => known.has(instance.botId))
    const totals = await this.#totals(instances)
    // One pass per instance is right for the spine's few; a fleet of hundreds gets list queries with its own work.
    const read = await Promise.all(
      instances.map(async instance => {
        const entry = registry.get(instance.botId)
        const [params, positions] = await Promise.all([
          paramsStore.current(database, instance),
          positionStore.list(database, instance),
        ])
        const timeframe = String(params?.params['timeframe'] ?? entry.timeframes[0] ?? '')
        const { name, description, symbol } = entry
        const about = { name, description, symbol, timeframe, paramsVersion: params?.version ?? 0 }
        return this.#factsOf(instance, about, positions.length, totals.get(instanceKey(instance)))
      }),
    )
    this.#facts = new Map(read.map(facts => [instanceKey(facts), facts]))
  }

  async #totals(instances: readonly Instance[]): Promise<Map<string, TradeTotals>> {
    // All instances of this server trade on one venue: its newest time says which trading day it is.
    const marketAt = Math.max(
      0,
      ...instances.map(instance => this.#lastHeartbeat(instance)?.heartbeat.marketAt ?? 0),
    )
    const day = marketAt > 0 ? { dayStartAt: barOpen(marketAt as UnixMs, 'd1') } : {}
    const totals = await tradeStore.totals(this.#parts.database, day)
    return new Map(totals.map(row => [instanceKey(row), row]))
  }

  #lastHeartbeat(instance: Instance): Received | null {
    const received = this.#heartbeats.get(instanceKey(instance))
    if (received !== undefined) return received
    if (instance.heartbeat === null || instance.heartbeatAt === null) return null
    return { heartbeat: instance.heartbeat, receivedAt: instance.heartbeatAt }
  }

  #factsOf(
    instance: Instance,
    about: Pick<LaneFacts, 'name' | 'description' | 'symbol' | 'timeframe' | 'paramsVersion'>,
    openPositions: number,
    totals: TradeTotals | undefined,
  ): LaneFacts {
    const { botId, accountType, desired, desiredReason, actual, generation, observedGeneration } = instance
    const { quoteFilter } = instance
    const { host, pid, restartCount, nextRetryAt, sessionId, sessionStartedAt } = instance
    return {
      ...about,
      ...{ botId, accountType, desired, desiredReason, quoteFilter, actual, generation, observedGeneration },
      ...{ host, pid, restartCount, nextRetryAt, openPositions },
      desiredAt: this.#firstSeen(instanceKey(instance), generation),
      failure: instance.statusDetail === '' ? null : instance.statusDetail.replace(/^\[[a-z-]+\] /, ''),
      session:
        sessionId === null || sessionStartedAt === null ? null : { sessionId, startedAt: sessionStartedAt },
      heartbeat: this.#lastHeartbeat(instance),
      tradeCount: totals?.tradeCount ?? 0,
      netTotal: totals?.netTotal ?? null,
      dayNet: totals?.dayNet ?? null,
    }
  }

  #merged(facts: LaneFacts): LaneFacts {
    const received = this.#heartbeats.get(instanceKey(facts))
    return received === undefined ? facts : { ...facts, heartbeat: received }
  }

  #firstSeen(key: string, generation: number): number {
    const seen = this.#seen.get(key)
    if (seen?.generation === generation) return seen.at
    const at = this.#parts.now()
    this.#seen.set(key, { generation, at })
    return at
  }
}
