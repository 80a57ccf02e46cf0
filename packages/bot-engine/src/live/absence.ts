import type { Position, PositionId, SymbolId, UnixMs } from '@openclaw-trading/trading-model'
import type { Broker, PastClosing } from '../ports/broker.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'

/** How far before the last message the past is read: executions are dated by the broker, and may come late. */
const MARGIN_MS = 60_000
/** Waits between attempts to read the past. */
const FIRST_RETRY_MS = 1000
const LONGEST_RETRY_MS = 30_000

/** What an {@link Absence} needs and tells. */
export interface AbsenceOptions {
  readonly broker: Broker
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly logger: Logger | undefined
  readonly label: string
  readonly symbolId: SymbolId
  /** Market time of the last message; 0 before the first. */
  readonly now: () => number
  /** What closed this run's positions, or parts of them, and nobody may have seen; oldest first. */
  readonly onClosings: (closings: readonly PastClosing[]) => void
  /** Something may be missed from here on; with `linkClosed` because the link is gone. */
  readonly onLoss: (linkClosed: boolean) => void
  /** The past is told; what else is uncertain may be looked up now. */
  readonly onReturn: () => Promise<void>
  /** {@link Absence.reason} has changed. */
  readonly onChange: () => void
}

/**
 * The times in which the run did not see what happened: from a loss until the broker's records have told it.
 *
 * First the snapshot (`resynced`) replaces the book, then the deal history tells which positions were closed meanwhile.
 * Until then nothing is opened.
 */
export class Absence {
  readonly #options: AbsenceOptions
  readonly #known = new Map<PositionId, Position>()
  /** What is gone of positions that were known before any message told the time: exact, where an instant is not. */
  #gone: Map<PositionId, number> | undefined
  #reason: string | undefined
  #since: number | undefined
  /** Counts losses: what an earlier one has begun to read is void. */
  #round = 0

  /** Creates it; nothing is missed yet. */
  constructor(options: AbsenceOptions) {
    this.#options = options
    options.broker.onStale?.((reason, linkClosed) => this.begin(reason, linkClosed))
  }

  /** Why the book may be wrong, or the record of trades incomplete; `undefined`: all is known. */
  get reason(): string | undefined {
    return this.#reason
  }

  /** From here on something may be missed. */
  begin(reason: string, linkClosed = false): void {
    this.#round += 1
    this.#options.onLoss(linkClosed)
    const now = this.#options.now()
    if (now > 0) this.#since ??= now - MARGIN_MS
    this.#set(reason)
  }

  /** The snapshot is here; `known` are the positions of before it, `left` those that it has. */
  resynced(known: readonly Position[], left: readonly Position[]): void {
    if (this.#reason === undefined) this.begin('the account was compared with the broker')
    for (const position of known) this.#known.set(position.id, position)
    if (this.#since === undefined) this.#goBackWithoutTime(left)
    if (this.#since === undefined || this.#options.broker.pastClosings === undefined) this.#end()
    else void this.#read(this.#since as UnixMs)
  }

  /** No message has told the market's time yet: the positions of the start do, and by volume what is gone of them. */
  #goBackWithoutTime(left: readonly Position[]): void {
    const known = [...this.#known.values()]
    if (known.length === 0) return
    this.#since = Math.max(0, Math.min(...known.map(({ openedAt }) => openedAt)) - MARGIN_MS)
    const open = new Map(left.map(({ id, volume }) => [id, volume]))
    this.#gone = new Map(known.map(({ id, volume }) => [id, volume - (open.get(id) ?? 0)]))
  }

  /** Of closings, oldest first, those that took what is gone: the newest ones. */
  #unseen(closings: readonly PastClosing[]): readonly PastClosing[] {
    const gone = this.#gone
    if (gone === undefined) return closings
    return closings
      .toReversed()
      .filter(({ fill: { positionId, volume } }) => {
        const missing = gone.get(positionId) ?? 0
        gone.set(positionId, missing - volume)
        // Lots are fractions: a step of the smallest volume is far above their rounding.
        return missing > 1e-9
      })
      .reverse()
  }

  /** Reads the past of before the run. */
  readSince(since: UnixMs): void {
    if (this.#options.broker.pastClosings === undefined) return
    this.#round += 1
    this.#since = since
    this.#set('the deal history is being read')
    void this.#read(since)
  }

  async #read(since: UnixMs): Promise<void> {
    const { clock, signal, logger } = this.#options
    const round = this.#round
    for (let waitMs = FIRST_RETRY_MS; !signal.aborted; waitMs = Math.min(waitMs * 2, LONGEST_RETRY_MS))
      try {
        await this.#readOnce(since, round)
        return
      } catch (err) {
        if (this.#round !== round || signal.aborted) return
        logger?.warn({ err, waitMs }, 'deal history not read')
        await clock.sleep(waitMs, signal).catch(() => undefined)
        if (this.#round !== round) return
      }
  }

  async #readOnce(since: UnixMs, round: number): Promise<void> {
    const { broker, signal, label, symbolId, onClosings, onReturn } = this.#options
    const closings = (await broker.pastClosings?.(since, [...this.#known.values()], { signal })) ?? []
    if (this.#round !== round || signal.aborted) return
    onClosings(
      this.#unseen(closings).filter(
        ({ position }) => position.label === label && position.symbolId === symbolId,
      ),
    )
    this.#gone = undefined
    await onReturn()
    if (this.#round === round && !signal.aborted) this.#end()
  }

  #end(): void {
    this.#since = undefined
    this.#known.clear()
    this.#gone = undefined
    this.#set(undefined)
  }

  #set(reason: string | undefined): void {
    this.#reason = reason
    this.#options.onChange()
  }
}
