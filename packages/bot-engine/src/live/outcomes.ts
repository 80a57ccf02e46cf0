import type { ClientOrderId, ExecutionEvent, Lots, PositionId, UnixMs } from '@openclaw-trading/trading-model'
import type { DecisionRecord } from '../kernel/order-entry.ts'
import type { Broker, Command, SubmitOutcome } from '../ports/broker.ts'
import type { Logger } from '../ports/logger.ts'
import type { UnansweredExit } from '../strategy/context.ts'
import type { RunEventBody } from './run-event.ts'
import { UnansweredCloses } from './unanswered-closes.ts'

/** What {@link Outcomes} need and tell. */
export interface OutcomesOptions {
  readonly broker: Broker
  readonly logger: Logger | undefined
  readonly note: (body: RunEventBody) => void
  /** What became of a command. */
  readonly onOutcome: (command: Command, outcome: SubmitOutcome) => void
  /** An entry may still be on its way. */
  readonly onLostEntry: (
    id: ClientOrderId,
    at: UnixMs,
    outcome: Extract<SubmitOutcome, { type: 'unknown' }>,
  ) => void
  /** An exit may have done something of which the broker will not tell. */
  readonly onLostExit: (reason: string) => void
  /** An exit was not answered on a link that stands. */
  readonly onUnanswered: (exit: UnansweredExit) => void
  /** Lots that are open of a position. */
  readonly volumeOf: (id: PositionId) => Lots | undefined
  /** Has the ledger write down what became of a command after all. Never rejects. */
  readonly resolve: (id: ClientOrderId, outcome: SubmitOutcome) => Promise<void>
  readonly hasEnded: () => boolean
}

/** What became of the commands of a run: at once, or later than the run has waited for it. */
export class Outcomes {
  readonly #options: OutcomesOptions
  readonly unanswered = new UnansweredCloses()

  /** Creates it; nothing was sent yet. */
  constructor(options: OutcomesOptions) {
    this.#options = options
  }

  /** Takes what the broker said of a command, or that it said nothing. */
  readonly take = (record: DecisionRecord, outcome: SubmitOutcome): void => {
    const { broker, hasEnded, onLostEntry, onLostExit, volumeOf } = this.#options
    const { id, at, command } = record
    this.#tell(record, outcome)
    if (outcome.type !== 'unknown' || hasEnded()) return
    if (command.type === 'close') this.unanswered.add(record, volumeOf(command.positionId))
    // An entry may still be on its way, and must be looked for; of an exit by a lost link the next snapshot tells.
    if (command.type === 'place') return onLostEntry(id, at, outcome)
    if (broker.onStale === undefined) onLostExit(`the outcome of ${id} is not known`)
    if (outcome.linkClosed !== true) this.#tellUnanswered({ id, command })
  }

  #tellUnanswered(exit: UnansweredExit): void {
    this.#options.logger?.warn(exit, 'exit not answered')
    this.#options.note({ type: 'exit-unanswered', exit })
    this.#options.onUnanswered(exit)
  }

  /** An event may refuse a close that had no answer in time: now it is known that nothing came of it. */
  heard(event: ExecutionEvent): void {
    const late = this.unanswered.refusedBy(event)
    if (late === undefined) return
    const outcome: SubmitOutcome = { type: 'rejected', reason: late.reason }
    this.#tell(late.record, outcome)
    void this.#options.resolve(late.record.id, outcome)
  }

  #tell({ id, command }: DecisionRecord, outcome: SubmitOutcome): void {
    this.#options.note({ type: 'command-resolved', id, outcome })
    this.#options.onOutcome(command, outcome)
  }
}
