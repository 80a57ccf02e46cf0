import type { EventEmitter } from 'eventemitter3'
import { isCTraderError } from '../errors.ts'
import type { Logger } from '../options.ts'
import { createEnvelopeRange, type EnvelopeRange, readEnvelope } from '../protocol/envelope-range.ts'
import { decodeMessage, isPayloadType } from '../protocol/message.ts'
import { decodeSpotEvent } from '../protocol/spot-event.ts'
import type { ProtoOAExecutionEvent } from '../protocol/generated/messages.js'
import type { Correlator } from './correlator.ts'
import type { ReplayMarks } from './replay.ts'
import { decodeRefusal, ERROR_RES, leavesUnknown, ORDER_ERROR, PROXY_ERROR } from './server-error.ts'
import { COUNTED_EVENTS, RARE_EVENTS, type ServerEvents } from './server-events.ts'

const EXECUTION = 2126
const SUBSCRIBED = 2128
const SPOT = 2131
const DISCONNECTING = 2148

/** What an {@link Inbound} serves. */
export interface InboundOptions {
  readonly events: EventEmitter<ServerEvents>
  readonly correlator: Correlator
  readonly logger: Logger
  /** Present once the server replays. */
  readonly replay: () => ReplayMarks | undefined
  /** The server is about to hang up. */
  readonly onGoodbye: (reason: string | undefined) => void
}

/** Takes the messages of a connection, in wire order: events to their listeners, answers to who awaits them. */
export class Inbound {
  /** What the server gave as its reason to disconnect. */
  farewell: string | undefined
  readonly #options: InboundOptions
  readonly #envelope = createEnvelopeRange()

  /** Creates it before the first message. */
  constructor(options: InboundOptions) {
    this.#options = options
  }

  /** Takes one message. Never throws: what goes wrong in it ends with it. */
  take(bytes: Uint8Array, start: number, end: number): void {
    try {
      readEnvelope(bytes, start, end, this.#envelope)
      this.#takeMessage(this.#envelope)
    } catch (error) {
      this.#takeFailure(error)
    }
  }

  /** A message that cannot be read is dropped alone: those behind it must not be lost. */
  #takeFailure(error: unknown): void {
    const { logger } = this.#options
    if (!isCTraderError(error, 'protocol-violation')) {
      logger.error({ err: error }, 'listener failed')
      return
    }
    const { payloadType } = error.details
    logger.error({ payloadType, reason: error.message }, 'message dropped')
    if (payloadType === EXECUTION) this.#options.events.emit('execution-undecodable', undefined, error)
  }

  #takeMessage({ payloadType, bytes, payloadStart, payloadEnd, clientMsgId }: EnvelopeRange): void {
    const isQuote = payloadType === SPOT && clientMsgId === undefined
    // Most messages are quotes that answer nothing: they need no view of their bytes.
    const payload = isQuote ? bytes : bytes.subarray(payloadStart, payloadEnd)
    let execution: ProtoOAExecutionEvent | undefined
    if (isQuote || COUNTED_EVENTS.has(payloadType)) {
      const replay = this.#options.replay()
      if (replay?.dropping === true) return
      replay?.begin()
      try {
        if (payloadType === SPOT)
          this.#options.events.emit('spot', decodeSpotEvent(bytes, payloadStart, payloadEnd))
        else execution = this.#takeTold(payloadType, payload, clientMsgId)
      } finally {
        // Counted also when it could not be read: the venue has counted it.
        replay?.end()
      }
    } else if (payloadType === SUBSCRIBED) this.#options.replay()?.startCounting()
    else this.#takeRare(payloadType, payload, clientMsgId)
    if (clientMsgId !== undefined)
      this.#options.correlator.answer(clientMsgId, payloadType, payload, execution)
  }

  /** @returns the execution that it was: a request that awaits it need not decode it again */
  #takeTold(
    payloadType: number,
    payload: Uint8Array,
    clientMsgId: string | undefined,
  ): ProtoOAExecutionEvent | undefined {
    const { events } = this.#options
    if (payloadType === EXECUTION) {
      const execution = decodeMessage(EXECUTION, payload)
      events.emit('execution', execution, clientMsgId)
      return execution
    }
    if (payloadType === ORDER_ERROR)
      events.emit('order-error', decodeMessage(ORDER_ERROR, payload), clientMsgId)
    else this.#takeRare(payloadType, payload, clientMsgId)
    return undefined
  }

  #takeRare(payloadType: number, payload: Uint8Array, clientMsgId: string | undefined): void {
    if (payloadType === ERROR_RES || payloadType === PROXY_ERROR)
      this.#takeRefusal(payloadType, payload, clientMsgId)
    else if (Object.hasOwn(RARE_EVENTS, payloadType)) {
      const type = payloadType as keyof typeof RARE_EVENTS
      if (type === DISCONNECTING) this.farewell = decodeMessage(type, payload).reason
      const emit = this.#options.events.emit.bind(this.#options.events) as (
        name: string,
        event: unknown,
      ) => boolean
      emit(RARE_EVENTS[type], decodeMessage(type, payload))
      if (type === DISCONNECTING) this.#options.onGoodbye(this.farewell)
    } else if (!isPayloadType(payloadType)) this.#options.events.emit('unknown', payloadType, payload)
  }

  #takeRefusal(payloadType: number, payload: Uint8Array, clientMsgId: string | undefined): void {
    const refusal = decodeRefusal(payloadType, payload)
    if (refusal === undefined) return
    const { correlator } = this.#options
    const pending =
      clientMsgId === undefined
        ? undefined
        : // One that was given up is refused all the same: without this word nobody would ever know.
          (correlator.find(clientMsgId) ?? correlator.overdue(clientMsgId))
    if (clientMsgId !== undefined && !leavesUnknown(refusal)) correlator.settleOverdue(clientMsgId)
    if (pending?.kind === 'command' && clientMsgId !== undefined)
      this.#options.events.emit('command-refused', pending.method, refusal, clientMsgId, pending.accountId)
    else if (pending === undefined)
      this.#options.logger.warn(
        { serverCode: refusal.serverCode, description: refusal.description },
        'refusal of no awaited request',
      )
  }
}
