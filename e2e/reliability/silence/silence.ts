import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Fault, LiveSimulator } from '@openclaw-trading/ctrader-simulator'
import { startSimulator } from '@openclaw-trading/ctrader-simulator'
import { TcpProxy } from '../../tcp-proxy.ts'
import { ENTRANT, type Entrant, startEntrant } from './entrant.ts'
import { StallMeter } from './scaled-clock.ts'
import {
  type Place,
  type PlantedDeafness,
  SCALE,
  STALE_AFTER_MS,
  startWatcher,
  type Watcher,
} from './trial.ts'

/** What goes silent. */
export const SILENCES = [
  'both',
  'to-client',
  'to-server',
  'stopped-server',
  'one-symbol',
  'subscribe-reply',
  'account-reply',
] as const

/** One of {@link SILENCES}. */
export type Silence = (typeof SILENCES)[number]

const DETECTED_WITHIN_MS = 20_000
const BACK_WITHIN_MS = 30_000
/** A trial begins with quotes; nothing is promised about how soon a busy machine has them. */
const QUOTES_WITHIN_MS = 60_000
const GOLD = 41
/** Of the rule on the age of a quote; market time runs as fast as the wall. */
const MAX_QUOTE_AGE_MS = STALE_AFTER_MS / SCALE
/** Patience with who wants in: nothing is promised about it. */
const ENTERED_WITHIN_MS = 100_000
/** Attempts to enter on the stale price. */
const LEAST_ATTEMPTS = 3

/** What a trial came to, in scaled milliseconds. */
export interface TrialOutcome {
  readonly detectedMs?: number
  readonly backMs?: number
  /** Time in which this process stood still, which the limits leave out. */
  readonly allowanceMs: number
  /** Entries on a stale price that were refused. */
  readonly entriesRefused?: number
  readonly violations: readonly string[]
}

/** A place where trials follow each other: a venue and a network before it. */
export class Slot {
  readonly #venue: LiveSimulator
  readonly #proxy: TcpProxy
  readonly #meter = new StallMeter()

  private constructor(venue: LiveSimulator, proxy: TcpProxy) {
    this.#venue = venue
    this.#proxy = proxy
  }

  static async open(seed: number): Promise<Slot> {
    const times = { idleMs: 30_000 / SCALE, heartbeatMs: 25_000 / SCALE }
    const venue = await startSimulator({ mode: { type: 'live-clock' }, tls: false, times, seed })
    return new Slot(venue, await TcpProxy.listen(venue))
  }

  async close(): Promise<void> {
    this.#meter.stop()
    await this.#proxy.close()
    await this.#venue.close()
  }

  /** Lets something go silent and looks what the client makes of it. */
  async run(silence: Silence, plant?: PlantedDeafness): Promise<TrialOutcome> {
    if (silence === 'stopped-server') return this.#stopServer(plant)
    const watcher = await startWatcher(this.#venue, this.#proxy, plant)
    // It wants quotes of its symbol before they stop.
    const maxAgeMs = plant === 'enters-on-stale-prices' ? undefined : MAX_QUOTE_AGE_MS
    const entrant = silence === 'one-symbol' ? await startEntrant(this.#venue, maxAgeMs) : undefined
    try {
      await until(watcher, () => watcher.stale().length === 0, QUOTES_WITHIN_MS, this.#meter)
      const stalledMs = this.#meter.stalledMs
      const at = watcher.now()
      this.#begin(silence)
      if (entrant !== undefined) return await this.#oneSymbol(watcher, entrant, at, stalledMs)
      return await this.#lostAndBack(watcher, at, stalledMs, () => {
        this.#proxy.faults.frozen = false
      })
    } finally {
      this.#proxy.faults.frozen = false
      this.#venue.control.faults.clear()
      await entrant?.close()
      await watcher.close()
    }
  }

  #begin(silence: Exclude<Silence, 'stopped-server'>): void {
    const { faults } = this.#venue.control
    const set = (fault: Fault, times?: number) => faults.set(fault, times === undefined ? {} : { times })
    switch (silence) {
      case 'both':
        this.#proxy.faults.frozen = true
        break
      case 'to-client':
        this.#proxy.faults.frozen = silence
        break
      case 'to-server':
        // In a market that moves, what still arrives proves nothing about the way out, and the venue’s own limit of
        // 30 s ends the connection. In a quiet one the unanswered question does.
        set({ type: 'lose', direction: 'out', payloadTypes: [2131] })
        this.#proxy.faults.frozen = silence
        break
      case 'one-symbol':
        set({ type: 'ticks-stop', symbolId: GOLD })
        break
      case 'subscribe-reply':
        set({ type: 'lose', direction: 'out', payloadTypes: [2128] }, 1)
        this.#proxy.cut()
        break
      case 'account-reply':
        set({ type: 'lose', direction: 'out', payloadTypes: [2103] }, 1)
        this.#proxy.cut()
        break
    }
  }

  async #lostAndBack(
    watcher: Watcher,
    at: number,
    stalledBefore: number,
    heal: () => void,
  ): Promise<TrialOutcome> {
    const isLost = await until(
      watcher,
      () => watcher.lostAt() !== undefined,
      DETECTED_WITHIN_MS * 1.5,
      this.#meter,
    )
    for (const each of this.#venue.control.faults.active)
      if (each.fault.type === 'lose' && each.fault.payloadTypes.includes(2131)) each.clear()
    heal()
    const isBack =
      isLost &&
      (await until(watcher, () => watcher.backAt() !== undefined, BACK_WITHIN_MS * 1.5, this.#meter))
    const allowanceMs = this.#stalledSince(stalledBefore)
    const detectedMs = (watcher.lostAt() ?? Number.POSITIVE_INFINITY) - at
    const backMs = (watcher.backAt() ?? Number.POSITIVE_INFINITY) - at
    const violations: string[] = []
    if (!isLost || detectedMs > DETECTED_WITHIN_MS + allowanceMs)
      violations.push(`loss found after ${Math.round(detectedMs)} ms`)
    else if (!isBack || backMs > BACK_WITHIN_MS + allowanceMs)
      violations.push(`quotes again after ${Math.round(backMs)} ms`)
    return { detectedMs, backMs, allowanceMs, violations }
  }

  #stalledSince(stalledMs: number): number {
    return (this.#meter.stalledMs - stalledMs) * SCALE
  }

  async #oneSymbol(
    watcher: Watcher,
    entrant: Entrant,
    at: number,
    stalledBefore: number,
  ): Promise<TrialOutcome> {
    await until(watcher, () => watcher.staleAt() !== undefined, STALE_AFTER_MS * 1.5, this.#meter)
    const allowanceMs = this.#stalledSince(stalledBefore)
    const detectedMs = (watcher.staleAt() ?? Number.POSITIVE_INFINITY) - at
    const violations: string[] = []
    if (detectedMs > DETECTED_WITHIN_MS + allowanceMs)
      violations.push(`stale symbol flagged after ${Math.round(detectedMs)} ms`)
    if (watcher.stale().some(id => id !== GOLD)) violations.push('a symbol that has quotes was flagged')
    if (watcher.lostAt() !== undefined) violations.push('the session was given up although it lives')
    const entriesRefused = await this.#enterInVain(watcher, entrant, violations)
    return { detectedMs, allowanceMs, entriesRefused, violations }
  }

  /** The price of gold is stale now: whoever wants in must be refused, and must have tried. */
  async #enterInVain(watcher: Watcher, entrant: Entrant, violations: string[]): Promise<number> {
    const opened = (): number =>
      this.#venue.control.positions().filter(({ label }) => label === ENTRANT).length
    const before = opened()
    entrant.begin()
    await until(
      watcher,
      () => entrant.refused() >= LEAST_ATTEMPTS || opened() > before,
      ENTERED_WITHIN_MS,
      this.#meter,
    )
    if (opened() > before) violations.push('an entry was made on a stale price')
    else if (entrant.refused() < LEAST_ATTEMPTS)
      violations.push(`no entry was tried on the stale price: ${entrant.others[0] ?? 'silence'}`)
    return entrant.refused()
  }

  async #stopServer(plant: PlantedDeafness | undefined): Promise<TrialOutcome> {
    const { place, child } = await startChild()
    const watcher = await startWatcher(place, place, plant)
    try {
      await until(watcher, () => watcher.stale().length === 0, QUOTES_WITHIN_MS, this.#meter)
      const stalledMs = this.#meter.stalledMs
      const at = watcher.now()
      child.kill('SIGSTOP')
      return await this.#lostAndBack(watcher, at, stalledMs, () => child.kill('SIGCONT'))
    } finally {
      child.kill('SIGCONT')
      await watcher.close()
      child.kill('SIGKILL')
    }
  }
}

async function startChild(): Promise<{ readonly place: Place; readonly child: ChildProcess }> {
  const script = fileURLToPath(new URL('./venue-child.ts', import.meta.url))
  const args = ['--import', 'tsx', '--conditions=@openclaw-trading/source', script]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: child.stdout }))
    return { place: JSON.parse(line) as Place, child }
  throw new Error('The venue of its own process did not start.')
}

/** Waits in scaled time, and longer by what `meter` says that this process stood still meanwhile. */
async function until(
  watcher: Watcher,
  isTrue: () => boolean,
  scaledMs: number,
  meter: StallMeter,
): Promise<boolean> {
  const end = watcher.now() + scaledMs
  const stalledMs = meter.stalledMs
  while (!isTrue()) {
    if (watcher.now() > end + (meter.stalledMs - stalledMs) * SCALE) return false
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  return true
}
