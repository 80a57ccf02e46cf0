import type { ClientOrderId } from '@openclaw-trading/trading-model'
import type { CommandVerdict, DecisionRecord } from '../kernel/order-entry.ts'
import type { Broker, Decision, SubmitOutcome } from '../ports/broker.ts'
import type { IntentLedger } from '../ports/intent-ledger.ts'
import type { Gate, GateView } from '../risk/gate.ts'

/** Entries that a ledger may leave unwritten: those that the broker has answered still take memory until it has. */
export const MAX_ENTRIES_UNWRITTEN = 1000

/** What a {@link Sender} needs and tells. */
export interface SenderOptions {
  readonly broker: Broker
  readonly ledger: IntentLedger
  readonly gate: Gate
  readonly signal: AbortSignal
  readonly view: () => GateView
  /** Why no entry may leave; asked once more after the ledger, because much may have happened meanwhile. */
  readonly entriesBlocked: () => string | undefined
  /** An entry that was taken was not sent: the ledger denied it, or entries were blocked meanwhile. */
  readonly onDenied: (id: ClientOrderId, reason: string) => void
  readonly onOutcome: (record: DecisionRecord, outcome: SubmitOutcome) => void
  /** Takes back entries that have not left the broker's queue yet; asked for each. */
  readonly withdrawal: () => AbortSignal
  /** The ledger failed to write down what happened. */
  readonly onLedgerError: (id: ClientOrderId, cause: unknown) => void
}

/**
 * Brings commands to the broker: gate → place in the stream → ledger → broker → ledger.
 *
 * Entries wait for the ledger, exits never do. Nothing is ever sent twice.
 */
export class Sender {
  readonly #options: SenderOptions
  readonly #inFlight = new Map<ClientOrderId, Promise<void>>()
  #entries = 0

  /** Creates a sender with nothing in flight. */
  constructor(options: SenderOptions) {
    this.#options = options
  }

  /** Commands without an outcome. */
  get unresolved(): number {
    return this.#inFlight.size
  }

  /** Takes a command while the message that caused it is handled. */
  send(record: DecisionRecord): CommandVerdict {
    const { id, command } = record
    const isEntry = command.type === 'place'
    if (isEntry && this.#entries >= MAX_ENTRIES_UNWRITTEN)
      return { type: 'blocked', reason: `${this.#entries} entries wait for the ledger` }
    const verdict = this.#options.gate.check(command, this.#options.view())
    if (verdict.type === 'block') return { type: 'blocked', reason: verdict.reason }
    const decision = this.#options.broker.decide()
    if (isEntry) this.#entries += 1
    const work = (isEntry ? this.#sendEntry(record, decision) : this.#sendExit(record, decision)).finally(
      () => {
        if (isEntry) this.#entries -= 1
        this.#inFlight.delete(id)
      },
    )
    this.#inFlight.set(id, work)
    return { type: 'sent' }
  }

  /** Resolves when nothing is in flight. Never rejects. */
  async idle(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight.values())
  }

  /** Has the ledger write down what became of a command. Never rejects. */
  async resolve(id: ClientOrderId, outcome: Parameters<IntentLedger['resolve']>[1]): Promise<void> {
    try {
      await this.#options.ledger.resolve(id, outcome)
    } catch (cause) {
      this.#options.onLedgerError(id, cause)
    }
  }

  async #sendEntry(record: DecisionRecord, decision: Decision): Promise<void> {
    const { id } = record
    const verdict = await this.#commit(record)
    const denied = verdict.type === 'denied' ? verdict.reason : undefined
    const reason = denied ?? this.#options.entriesBlocked()
    if (reason === undefined) return this.resolve(id, await this.#submit(record, decision))
    decision.release()
    this.#options.onDenied(id, reason)
    if (denied === undefined) await this.resolve(id, { type: 'absent' })
  }

  /** The ledger learns of an exit while it is already on its way. */
  async #sendExit(record: DecisionRecord, decision: Decision): Promise<void> {
    const { id, command, at } = record
    const submitted = this.#submit(record, decision)
    await this.#options.ledger.commit(id, command, at).catch(cause => this.#options.onLedgerError(id, cause))
    await this.resolve(id, await submitted)
  }

  async #commit({ id, command, at }: DecisionRecord): ReturnType<IntentLedger['commit']> {
    try {
      return await this.#options.ledger.commit(id, command, at)
    } catch (cause) {
      this.#options.onLedgerError(id, cause)
      return { type: 'denied', reason: 'the intent could not be written down' }
    }
  }

  async #submit(record: DecisionRecord, decision: Decision): Promise<SubmitOutcome> {
    const { command } = record
    const { broker, signal, onOutcome, withdrawal } = this.#options
    let outcome: SubmitOutcome
    try {
      outcome = await broker.submit(command, {
        signal,
        decision,
        id: record.id,
        ...(command.type === 'place' ? { withdrawal: withdrawal() } : {}),
      })
    } catch (cause) {
      // A broker must not throw; whether the command left is not known then.
      outcome = { type: 'unknown', cause }
    }
    decision.release()
    onOutcome(record, outcome)
    return outcome
  }
}
