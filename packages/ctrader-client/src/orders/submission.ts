import { randomId } from '../random-id.ts'
import type {
  Instrument,
  Lots,
  Order,
  OrderAmendment,
  OrderId,
  OrderRequest,
  Position,
  PositionId,
  PositionProtection,
  SymbolId,
} from '@openclaw-trading/trading-model'
import { encodeAmendment, encodeOrder, encodePartVolume } from '../encode/order.ts'
import { requireObject } from '../encode/invalid.ts'
import { encodePositionProtection } from '../encode/protection.ts'
import type { ProtoOAExecutionEvent } from '../protocol/generated/messages.js'
import type { CommandName, Params } from '../protocol/methods.ts'
import { encodeVolume } from '../protocol/units/volume-cents.ts'
import type { CommandCall, CommandSink } from '../session/requests.ts'
import type { Session } from '../session/session.ts'
import { Outcome } from './outcome.ts'

/** What can be asked of the broker. */
export type OrderCommand =
  | { readonly type: 'place'; readonly request: OrderRequest }
  | { readonly type: 'cancel'; readonly orderId: OrderId }
  /** Expiry and protection are the full set: what is left out is removed. */
  | { readonly type: 'amend-order'; readonly orderId: OrderId; readonly amendment: OrderAmendment }
  /** States the full set: a level left out is removed. */
  | {
      readonly type: 'set-protection'
      readonly positionId: PositionId
      readonly protection: PositionProtection
    }
  /** Without a volume the whole position. */
  | { readonly type: 'close'; readonly positionId: PositionId; readonly volume?: Lots }

/** A trading request on its way. */
export interface Submission {
  /** Resolves when the request is written, or given up before. Never rejects. */
  readonly sent: Promise<void>
  /** Resolves with the first event that answers it. @throws as {@link Submission.done} */
  readonly accepted: Promise<ProtoOAExecutionEvent>
  /**
   * Resolves with the event that ends it.
   *
   * @throws {@link CTraderError} `invalid-argument`, `order-rejected`, `rate-limited`, `connection-lost`,
   *   `request-timeout`; the last two with `delivery: 'unknown'` once it was sent
   */
  readonly done: Promise<ProtoOAExecutionEvent>
}

/** A request in the words of the protocol. */
export type WireCommand = {
  [M in CommandName]: { readonly method: M; readonly params: Params<M> }
}[CommandName]

/** What encoding a command looks up. */
export interface CommandBook {
  readonly accountId: number
  instrument(id: SymbolId): Instrument | undefined
  position(id: PositionId): Position | undefined
  order(id: OrderId): Order | undefined
}

/**
 * Encodes a command.
 *
 * @returns `undefined` when the instrument, the position or the order must be loaded first
 * @throws {@link CTraderError} `invalid-argument`
 */
export function encodeCommand(command: OrderCommand, book: CommandBook): WireCommand | undefined {
  const ctidTraderAccountId = book.accountId
  if (command.type === 'cancel')
    return { method: 'cancelOrder', params: { ctidTraderAccountId, orderId: command.orderId } }
  if (command.type === 'place') {
    requireObject(command.request, 'request')
    const instrument = book.instrument(command.request.symbolId)
    if (instrument === undefined) return undefined
    return { method: 'newOrder', params: encodeOrder(command.request, instrument, ctidTraderAccountId) }
  }
  if (command.type === 'amend-order') {
    requireObject(command.amendment, 'amendment')
    const order = book.order(command.orderId)
    const instrument = order === undefined ? undefined : book.instrument(order.symbolId)
    if (order === undefined || instrument === undefined) return undefined
    const amendment = encodeAmendment(command.amendment, order, instrument)
    return { method: 'amendOrder', params: { ctidTraderAccountId, orderId: command.orderId, ...amendment } }
  }
  if (command.type === 'set-protection') requireObject(command.protection, 'protection')
  const position = book.position(command.positionId)
  const instrument = position === undefined ? undefined : book.instrument(position.symbolId)
  if (position === undefined || instrument === undefined) return undefined
  const { positionId } = command
  if (command.type === 'set-protection')
    return {
      method: 'amendPositionSLTP',
      params: {
        ctidTraderAccountId,
        positionId,
        ...encodePositionProtection(instrument, command.protection),
      },
    }
  return {
    method: 'closePosition',
    params: { ctidTraderAccountId, positionId, volume: closingVolume(instrument, position, command.volume) },
  }
}

function closingVolume(instrument: Instrument, position: Position, volume: Lots | undefined): number {
  const whole = encodeVolume(instrument, position.volume)
  if (volume === undefined) return whole
  const part = encodeVolume(instrument, volume)
  if (part === whole) return whole
  // More than is open is the broker's to refuse: the position may have shrunk since the decision.
  return encodePartVolume(instrument, volume)
}

/** How a submission gets its request. */
export interface SubmissionSource {
  /** Encodes it; `undefined` when something must be loaded first. */
  encode(): WireCommand | undefined
  /** Loads what {@link SubmissionSource.encode} lacked. */
  load(): Promise<WireCommand>
  /** Told the id under which the request goes out, before it does. */
  onId?(clientMsgId: string): void
  /** Told when it is over, and by which error if it failed. */
  onOver?(clientMsgId: string, error?: unknown): void
}

/** Sends a command; in a replay, and with everything loaded, it is written before this returns. */
export function submit(session: Session, source: SubmissionSource, options: CommandCall): Submission {
  const clientMsgId = options.clientMsgId ?? randomId()
  const call = options.clientMsgId === undefined ? { ...options, clientMsgId } : options
  const outcomes: Outcomes = { sent: new Outcome(), accepted: new Outcome(), done: new Outcome() }
  let last: ProtoOAExecutionEvent | undefined
  const fail = (error: unknown): void => {
    outcomes.sent.resolve()
    outcomes.accepted.reject(error)
    outcomes.done.reject(error)
    source.onOver?.(clientMsgId, error)
  }
  const sink: CommandSink = {
    onSent: () => outcomes.sent.resolve(),
    onEvent(event) {
      last = event
      outcomes.accepted.resolve(event)
    },
    onEnd(error) {
      if (error !== undefined || last === undefined) fail(error)
      else {
        outcomes.done.resolve(last)
        source.onOver?.(clientMsgId)
      }
    },
  }
  const launch = ({ method, params }: WireCommand): void => {
    source.onId?.(clientMsgId)
    session.command(method, params, call, sink)
  }
  try {
    const ready = source.encode()
    if (ready !== undefined) launch(ready)
    else source.load().then(launch).catch(fail)
  } catch (error) {
    fail(error)
  }
  return new SubmittedCommand(outcomes)
}

interface Outcomes {
  readonly sent: Outcome<void>
  readonly accepted: Outcome<ProtoOAExecutionEvent>
  readonly done: Outcome<ProtoOAExecutionEvent>
}

class SubmittedCommand implements Submission {
  readonly #outcomes: Outcomes

  constructor(outcomes: Outcomes) {
    this.#outcomes = outcomes
  }

  get sent(): Promise<void> {
    return this.#outcomes.sent.promise
  }

  get accepted(): Promise<ProtoOAExecutionEvent> {
    return this.#outcomes.accepted.promise
  }

  get done(): Promise<ProtoOAExecutionEvent> {
    return this.#outcomes.done.promise
  }
}
