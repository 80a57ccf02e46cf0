import type { SymbolId } from '@openclaw-trading/trading-model'
import type { OrderRules } from '../decode/order.ts'
import { required } from '../decode/presence.ts'
import { type AnyCTraderError, CTraderError, isCTraderError } from '../errors.ts'
import type { InstrumentCatalogue } from '../account/instruments.ts'
import type { Logger } from '../options.ts'
import type { ProtoOAExecutionEvent } from '../protocol/generated/messages.js'

/** Executions that may wait for the record of a symbol traded elsewhere. */
export const MAX_LATE_EXECUTIONS = 1000

/** What {@link LateExecutions} needs. */
export interface LateExecutionsOptions {
  readonly catalogue: InstrumentCatalogue
  readonly logger: Logger
  /** Tells one, in its turn. */
  readonly tell: (event: ProtoOAExecutionEvent, instrument: OrderRules) => void
  /** One will not be told. */
  readonly onLost: (cause: AnyCTraderError) => void
  /** There is nothing more to ask for. */
  readonly over: () => boolean
}

interface Late {
  readonly symbol: SymbolId
  readonly event: ProtoOAExecutionEvent
}

/** Executions of symbols that were traded elsewhere: they follow, in their order, once the record of theirs is here. */
export class LateExecutions {
  readonly #options: LateExecutionsOptions
  readonly #waiting: Late[] = []
  #fetching = false

  /** Creates it, empty. */
  constructor(options: LateExecutionsOptions) {
    this.#options = options
  }

  /** Whether one of a symbol waits: those behind it must wait too. */
  has(symbol: SymbolId): boolean {
    return this.#waiting.some(late => late.symbol === symbol)
  }

  /** Forgets them: a snapshot tells what they did. */
  clear(): void {
    this.#waiting.length = 0
  }

  /** Adds one. */
  add(symbol: SymbolId, event: ProtoOAExecutionEvent): void {
    const { logger, onLost } = this.#options
    if (this.#waiting.length >= MAX_LATE_EXECUTIONS) {
      logger.error(
        { symbolId: symbol, limit: MAX_LATE_EXECUTIONS },
        'too many executions wait for symbol records',
      )
      onLost(tooManyWait())
      return
    }
    this.#waiting.push({ symbol, event })
    if (!this.#fetching) void this.#work()
  }

  async #work(): Promise<void> {
    this.#fetching = true
    for (;;) {
      const [next] = this.#waiting
      if (next === undefined || this.#options.over()) break
      const instrument = await this.#load(next.symbol)
      // A gap has emptied the queue meanwhile: its snapshot tells the rest.
      if (this.#waiting[0] !== next) continue
      this.#waiting.shift()
      if (isCTraderError(instrument)) this.#options.onLost(instrument)
      else this.#options.tell(next.event, instrument)
    }
    this.#fetching = false
  }

  async #load(symbol: SymbolId): Promise<OrderRules | AnyCTraderError> {
    const { catalogue, logger } = this.#options
    try {
      const [instrument] = await catalogue.ensure([symbol])
      return required(instrument, 'a symbol record')
    } catch (error) {
      if (!isCTraderError(error)) throw error
      logger.error({ symbolId: symbol, reason: error.message }, 'no symbol record for an execution')
      return error
    }
  }
}

function tooManyWait(): CTraderError<'buffer-overflow'> {
  return new CTraderError(
    'buffer-overflow',
    `More than ${MAX_LATE_EXECUTIONS} executions wait for symbol records. Take a snapshot.`,
    { stream: 'executions', capacity: MAX_LATE_EXECUTIONS },
  )
}
