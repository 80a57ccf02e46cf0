import type {
  EntryProtection,
  ProtectionState,
  ProtectionView,
  TradeResult,
} from '../strategy/entry-protection.ts'

/** The memory of one protection; of several with one name the order counts. */
export interface ProtectionMemory {
  readonly name: string
  /** `null`: it had seen nothing. */
  readonly memory: unknown
}

/** A protection that lets no entry through now. */
export interface ProtectionLock {
  readonly name: string
  /** Among those of its name that remember, or that do not, from 1. */
  readonly ordinal: number
  /** What it says of an entry. */
  readonly reason: string
  /** It blocks by what it remembers: with that taken away it begins anew. One that does not blocks by other facts. */
  readonly isReleasable: boolean
}

interface Started {
  readonly name: string
  readonly state: ProtectionState
  /** It goes on from a memory. */
  readonly isRestored: boolean
}

/** The protections of one run. */
export class Protections {
  private readonly list: readonly EntryProtection[]
  private started: readonly Started[]

  /** Starts each, those that have one with their memory. */
  constructor(list: readonly EntryProtection[], memories: readonly ProtectionMemory[] = []) {
    this.list = list
    const left = [...memories]
    this.started = list.map(protection => {
      const index = left.findIndex(({ name }) => name === protection.name)
      const [found] = index === -1 ? [] : left.splice(index, 1)
      return restored(protection, found) ?? begun(protection)
    })
  }

  /** Names of those that look back and began with nothing seen. */
  get unrestored(): readonly string[] {
    return this.started
      .filter(({ state, isRestored }) => !isRestored && (state.onTrade ?? state.onEquity) !== undefined)
      .map(({ name }) => name)
  }

  /** What each must know in the next process. */
  memories(): readonly ProtectionMemory[] {
    return this.started.flatMap(({ name, state }) =>
      state.memory === undefined ? [] : [{ name, memory: state.memory() ?? null }],
    )
  }

  /** Has all begin with nothing seen: what they remembered is of another time. */
  forget(): void {
    this.started = this.list.map(begun)
  }

  /** Tells each of a trade; one that is remembered only those that began with nothing seen. */
  onTrade(trade: TradeResult, isRemembered = false): void {
    for (const { state, isRestored } of this.started)
      if (!(isRemembered && isRestored)) state.onTrade?.(trade)
  }

  /** Tells each of the equity. */
  onEquity(now: number, equityMinor: number): void {
    for (const { state } of this.started) state.onEquity?.(now, equityMinor)
  }

  /** Tells each of equity of before the run; what is remembered only those that began with nothing seen. */
  onPastEquity(at: number, equityMinor: number, isRemembered: boolean): void {
    for (const { state, isRestored } of this.started)
      if (!(isRemembered && isRestored)) state.onEquity?.(at, equityMinor)
  }

  /** Those that block now, on one side at least. */
  locks(view: Omit<ProtectionView, 'side'>): readonly ProtectionLock[] {
    const counts = new Map<string, number>()
    return this.started.flatMap(({ name, state }) => {
      const isReleasable = state.memory !== undefined
      const ordinal = (counts.get(`${isReleasable} ${name}`) ?? 0) + 1
      counts.set(`${isReleasable} ${name}`, ordinal)
      const reason = seenProblem(state, view)
      return reason === undefined ? [] : [{ name, ordinal, reason, isReleasable }]
    })
  }

  /**
   * The reason of the first that blocks.
   *
   * @param isPriced - False: there was no quote yet, and equity knows no open profit.
   * @param equityAt - Market time of the equity. Default: that of the view.
   */
  problem(
    view: ProtectionView,
    {
      isPriced = true,
      equityAt = view.now,
    }: { readonly isPriced?: boolean; readonly equityAt?: number } = {},
  ): string | undefined {
    if (isPriced) this.onEquity(equityAt, view.equityMinor)
    for (const { name, state } of this.started) {
      const problem = state.problem(view)
      if (problem !== undefined) return `${name}: ${problem}`
    }
    return undefined
  }
}

/** What a protection says of either side; a mere look must not end a run. */
function seenProblem(state: ProtectionState, view: Omit<ProtectionView, 'side'>): string | undefined {
  try {
    return state.problem({ ...view, side: 'buy' }) ?? state.problem({ ...view, side: 'sell' })
  } catch (cause) {
    return `it threw: ${cause instanceof Error ? cause.message : String(cause)}`
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
