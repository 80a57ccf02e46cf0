import type { Money, Side, UnixMs } from '@openclaw-trading/trading-model'

/** What a protection reads of a closed round trip, or of the closed part of one. */
export interface TradeResult {
  readonly side: Side
  readonly closedAt: UnixMs
  readonly exitReason: 'stop-loss' | 'take-profit' | 'strategy' | 'stop-out' | 'external'
  /** After all costs. */
  readonly net: Money
}

/** What a protection looks at when an entry is judged. */
export interface ProtectionView {
  /** Market time of the decision. */
  readonly now: number
  readonly side: Side
  /** In minor units, at the last quote. */
  readonly equityMinor: number
}

/** A protection in one run, with what it has seen. */
export interface ProtectionState {
  /** A trade of the run was closed. */
  onTrade?(trade: TradeResult): void
  /**
   * Equity at a closed bar, or at an entry that is judged; in time order.
   *
   * A live run that does not know how its day went tells first what the day's closings say of it.
   */
  onEquity?(now: number, equityMinor: number): void
  /** Why no entry may be made now; `undefined` when it may. */
  problem(view: ProtectionView): string | undefined
  /** What the next process must know, as plain JSON, or nothing yet; absent: it begins with nothing seen. */
  memory?(): unknown
}

/**
 * A rule that blocks entries after a bad time, and never an exit: `protections: [cooldown({ minutes: 60 })]`.
 *
 * It holds no state itself, so that one list serves any number of runs.
 */
export interface EntryProtection {
  /** Begins the reason of a block. */
  readonly name: string
  /** What it was made with, as plain data: runs with other settings are other runs. */
  readonly settings: object
  /**
   * Begins a run: with what {@link ProtectionState.memory} gave to an earlier process, or with nothing seen.
   *
   * @throws anything when the memory cannot be read; it then begins with nothing seen
   */
  start(memory?: unknown): ProtectionState
}

/** The memory of one protection; of several with one name the order counts. */
export interface ProtectionMemory {
  readonly name: string
  /** `null`: it had seen nothing. */
  readonly memory: unknown
}

interface Started {
  readonly name: string
  readonly state: ProtectionState
  /** It goes on from a memory. */
  readonly isRestored: boolean
}

/** The protections of one run. */
export class Protections {
  readonly #list: readonly EntryProtection[]
  #started: readonly Started[]

  /** Starts each, those that have one with their memory. */
  constructor(list: readonly EntryProtection[], memories: readonly ProtectionMemory[] = []) {
    this.#list = list
    const left = [...memories]
    this.#started = list.map(protection => {
      const index = left.findIndex(({ name }) => name === protection.name)
      const [found] = index === -1 ? [] : left.splice(index, 1)
      return restored(protection, found) ?? begun(protection)
    })
  }

  /** Names of those that look back and began with nothing seen. */
  get unrestored(): readonly string[] {
    return this.#started
      .filter(({ state, isRestored }) => !isRestored && (state.onTrade ?? state.onEquity) !== undefined)
      .map(({ name }) => name)
  }

  /** What each must know in the next process. */
  memories(): readonly ProtectionMemory[] {
    return this.#started.flatMap(({ name, state }) =>
      state.memory === undefined ? [] : [{ name, memory: state.memory() ?? null }],
    )
  }

  /** Has all begin with nothing seen: what they remembered is of another time. */
  forget(): void {
    this.#started = this.#list.map(begun)
  }

  /** Tells each of a trade; one that is remembered only those that began with nothing seen. */
  onTrade(trade: TradeResult, isRemembered = false): void {
    for (const { state, isRestored } of this.#started)
      if (!(isRemembered && isRestored)) state.onTrade?.(trade)
  }

  /** Tells each of the equity. */
  onEquity(now: number, equityMinor: number): void {
    for (const { state } of this.#started) state.onEquity?.(now, equityMinor)
  }

  /** Tells each of equity of before the run; what is remembered only those that began with nothing seen. */
  onPastEquity(at: number, equityMinor: number, isRemembered: boolean): void {
    for (const { state, isRestored } of this.#started)
      if (!(isRemembered && isRestored)) state.onEquity?.(at, equityMinor)
  }

  /** The reason of the first that blocks; not `isPriced`: there was no quote yet, and equity knows no open profit. */
  problem(view: ProtectionView, isPriced = true): string | undefined {
    if (isPriced) this.onEquity(view.now, view.equityMinor)
    for (const { name, state } of this.#started) {
      const problem = state.problem(view)
      if (problem !== undefined) return `${name}: ${problem}`
    }
    return undefined
  }
}

function begun(protection: EntryProtection): Started {
  return { name: protection.name, state: protection.start(), isRestored: false }
}

function restored(protection: EntryProtection, found: ProtectionMemory | undefined): Started | undefined {
  if (found === undefined) return undefined
  if (found.memory === null) return { ...begun(protection), isRestored: true }
  try {
    return { name: protection.name, state: protection.start(found.memory), isRestored: true }
  } catch {
    // Told by `unrestored`.
    return undefined
  }
}

/** The protections of a run; none is `undefined`, so that a run without them asks once. */
export function startProtections(
  list: readonly EntryProtection[] = [],
  memories?: readonly ProtectionMemory[],
): Protections | undefined {
  return list.length === 0 ? undefined : new Protections(list, memories)
}
