import {
  decodeMessage,
  encodePayload,
  isCTraderError,
  isPayloadType,
  type MessageByPayloadType,
  type PayloadType,
  ProtoOAExecutionType,
  ProtoOAPositionStatus,
} from '@openclaw-trading/ctrader-client/protocol'
import type { FaultName, FaultOf } from './fault.ts'
import { strikesType } from './strikes-type.ts'
import { type Frame, frameOf, withPayload } from './frame.ts'
import { putPath, setPath } from './set-path.ts'
import { SpotSides } from './spot-sides.ts'
import type { ActiveFault, FaultBoard } from './fault-board.ts'
import { withUnknownFields } from './unknown.ts'

const ACCOUNT_AUTHORIZED = 2103
const EXECUTION = 2126
const SPOT = 2131
const ORDER_ERROR = 2132
const BARS = 2138
const ERROR = 2142
/** The list of each answer about the past. */
const HISTORY: Readonly<Record<number, 'trendbar' | 'tickData' | 'deal'>> = {
  2134: 'deal',
  2138: 'trendbar',
  2146: 'tickData',
}

/** The connection whose messages are rewritten. */
export interface RewrittenWire {
  readonly id: string
  readonly number: number
}

/** Changes what messages of one connection say. */
export class Rewriter {
  readonly #board: FaultBoard
  readonly #wire: RewrittenWire
  readonly #sides = new SpotSides()
  /** Kinds of history that were asked for here. */
  readonly #askedFor = new Set<number>()

  constructor(board: FaultBoard, wire: RewrittenWire) {
    this.#board = board
    this.#wire = wire
  }

  /** The frames that leave instead of one. */
  rewritten(frame: Frame): readonly Frame[] {
    let frames: readonly Frame[] = [this.#changed(frame)]
    if (frame.payloadType === SPOT) frames = frames.flatMap(each => this.#oneSided(each))
    const unknown = this.#strikes('unknown-payload-type')?.fault
    frames = frames.map(each => this.#enriched(each))
    if (unknown === undefined) return frames
    return [
      frameOf(
        withPayload({ ...frame, clientMsgId: undefined }, new Uint8Array([8, 1]), unknown.payloadType).bytes,
      ),
      ...frames,
    ]
  }

  /** Whether a quote is of a symbol whose ticks have stopped. */
  stopsTick(payloadType: number, payload: Uint8Array): boolean {
    if (payloadType !== SPOT || this.#board.isQuiet) return false
    const { symbolId } = decodeMessage(SPOT, payload)
    return (
      this.#board.strikes('ticks-stop', this.#wire.id, fault => fault.symbolId === symbolId) !== undefined
    )
  }

  #changed(frame: Frame): Frame {
    switch (frame.payloadType) {
      case ACCOUNT_AUTHORIZED:
        return this.#alreadyLoggedIn(frame)
      case EXECUTION:
        return this.#createdOnClose(frame)
      case ORDER_ERROR:
        return this.#withoutIds(frame)
      default:
        return this.#history(frame)
    }
  }

  #alreadyLoggedIn(frame: Frame): Frame {
    if (this.#strikes('already-logged-in') === undefined) return frame
    const description = 'Trading account is already authorized in this channel'
    return withPayload(frame, encodePayload(ERROR, { errorCode: 'ALREADY_LOGGED_IN', description }), ERROR)
  }

  #createdOnClose(frame: Frame): Frame {
    return this.#edited(frame, EXECUTION, message => {
      const { executionType, position } = message
      const isFill = executionType === ProtoOAExecutionType.ORDER_FILLED
      const isClosed = position?.positionStatus === ProtoOAPositionStatus.POSITION_STATUS_CLOSED
      if (!isFill || !isClosed || this.#strikes('created-on-full-close') === undefined) return undefined
      const positionStatus = ProtoOAPositionStatus.POSITION_STATUS_CREATED
      return { ...message, position: { ...position, positionStatus, price: 0 } }
    })
  }

  #withoutIds(frame: Frame): Frame {
    return this.#edited(frame, ORDER_ERROR, message =>
      this.#strikes('order-errors-without-ids') === undefined
        ? undefined
        : { ...message, orderId: 0, positionId: 0 },
    )
  }

  #history(frame: Frame): Frame {
    const { payloadType } = frame
    const list = HISTORY[payloadType]
    if (list === undefined || !isPayloadType(payloadType)) return frame
    const isFirst = !this.#askedFor.has(payloadType)
    this.#askedFor.add(payloadType)
    return this.#edited(frame, payloadType, message => {
      const before = message as { [name in typeof list]?: readonly unknown[] } & { hasMore?: boolean }
      const after = { ...before }
      const first = isFirst && this.#wire.number > 1 && this.#strikes('empty-first-history') !== undefined
      if (first) Object.assign(after, { [list]: [], hasMore: false })
      else if (
        payloadType === BARS &&
        (before[list]?.length ?? 0) > 0 &&
        this.#strikes('one-bar-less') !== undefined
      )
        Object.assign(after, { [list]: before[list]?.slice(1) })
      const wrong = this.#strikes('wrong-has-more')?.fault
      if (wrong !== undefined) after.hasMore = wrong.value ?? !(before.hasMore ?? false)
      return after as unknown as MessageByPayloadType[PayloadType]
    })
  }

  #oneSided(frame: Frame): readonly Frame[] {
    const message = decodeMessage(SPOT, frame.payload)
    const isOn = this.#board.strikes('one-sided-spots', this.#wire.id) !== undefined
    return this.#sides
      .told(message, isOn)
      .map(each => (each === message ? frame : withPayload(frame, encodePayload(SPOT, each))))
  }

  #enriched(frame: Frame): Frame {
    const { payloadType } = frame
    const enumFault = this.#strikes('unknown-enum-value', fault => fault.payloadType === payloadType)?.fault
    let enriched = frame
    if (enumFault !== undefined && isPayloadType(payloadType))
      enriched = this.#edited(frame, payloadType, message => {
        setPath(message, enumFault.path.split('.'), enumFault.value)
        return message
      })
    if (payloadType === BARS || payloadType === SPOT) enriched = this.#lowHighs(enriched, payloadType)
    if (isPayloadType(payloadType)) enriched = this.#told(enriched, payloadType)
    const isOdd = this.#strikes('unknown-fields', fault => strikesType(fault, payloadType)) !== undefined
    return isOdd ? withUnknownFields(enriched) : enriched
  }

  #told(frame: Frame, payloadType: PayloadType): Frame {
    const isOf = (fault: FaultOf<'set-field'>): boolean => fault.payloadType === payloadType
    const faults = this.#board.strikesAll('set-field', this.#wire.id, isOf)
    if (faults.length === 0) return frame
    return this.#edited(frame, payloadType, message => {
      for (const { fault } of faults) putPath(message, fault.path.split('.'), fault.value)
      return message
    })
  }

  #lowHighs(frame: Frame, payloadType: typeof BARS | typeof SPOT): Frame {
    if (this.#board.isQuiet) return frame
    return this.#edited(frame, payloadType, message => {
      if ((message.trendbar?.length ?? 0) === 0 || this.#strikes('zero-delta-high') === undefined)
        return undefined
      setPath(message, ['trendbar', 'deltaHigh'], 0)
      return message
    })
  }

  #edited<P extends PayloadType>(
    frame: Frame,
    payloadType: P,
    edit: (message: MessageByPayloadType[P]) => MessageByPayloadType[P] | undefined,
  ): Frame {
    try {
      const message = edit(decodeMessage(payloadType, frame.payload))
      return message === undefined ? frame : withPayload(frame, encodePayload(payloadType, message))
    } catch (error) {
      // A value of the wrong type cannot be encoded.
      if (!isCTraderError(error) && !(error instanceof TypeError || error instanceof RangeError)) throw error
      this.#board.logger.warn({ payloadType, reason: error.message }, 'a fault could not be applied')
      return frame
    }
  }

  #strikes<Name extends FaultName>(
    name: Name,
    when?: (fault: FaultOf<Name>) => boolean,
  ): ActiveFault<Name> | undefined {
    return this.#board.strikes(name, this.#wire.id, when)
  }
}
