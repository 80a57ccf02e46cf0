import { randomUUID } from 'node:crypto'
import {
  encodeMessage,
  type MessageByPayloadType,
  type PayloadType,
} from '@openclaw-trading/ctrader-client/protocol'
import { MAX_REQUEST_BYTES } from '../session/connection.ts'
import type { SocketWire, Wire, WireListener } from '../wire/wire.ts'
import type { Direction } from './fault.ts'
import { type Frame, FrameSplitter, frameOf } from './frame.ts'
import { Lane } from './lane.ts'
import { refusalOf } from './refusal.ts'
import { Rewriter } from './rewrite.ts'
import { strikesType } from './strikes-type.ts'
import type { ActiveFault, FaultBoard } from './fault-board.ts'

const NOTHING = new Uint8Array(0)

/** Requests that trade; each may stay unanswered. */
const ORDERS: ReadonlySet<number> = new Set([2106, 2108, 2109, 2110, 2111])
/** Orders whose answers are being swallowed; the oldest is forgotten. */
const MAX_SWALLOWED_IDS = 1000

/** A wire with the faults of a switchboard; without any it passes bytes on as they are. */
export class FaultyWire implements Wire {
  readonly id = randomUUID()
  /** Counts the connections of the venue. */
  readonly number: number
  readonly #inner: SocketWire
  readonly #board: FaultBoard
  readonly #splitter = new FrameSplitter(MAX_REQUEST_BYTES)
  readonly #in: Lane
  readonly #out: Lane
  readonly #rewriter: Rewriter
  readonly #swallowed = new Set<string>()
  /** Messages until a cut, by switch. */
  readonly #fuses = new Map<ActiveFault, number>()
  #listener: WireListener | undefined
  #isClosed = false
  /** The venue has ended it, and a dead link tells nobody. */
  #isAbandoned = false

  /** Takes a wire over. */
  constructor(inner: SocketWire, board: FaultBoard, number: number) {
    this.#inner = inner
    this.#board = board
    this.number = number
    this.#rewriter = new Rewriter(board, this)
    const lane = (pass: (frames: readonly Frame[]) => void): Lane =>
      new Lane({ timer: board.timer, random: board.random, pass, onFull: () => this.#overflow() })
    this.#in = lane(frames => this.#deliver(frames))
    this.#out = lane(frames => this.#write(frames.map(({ bytes }) => bytes)))
  }

  listen(listener: WireListener): void {
    this.#listener = listener
    this.#inner.listen({ onBytes: bytes => this.#take(bytes), onClosed: () => this.#close() })
  }

  write(frames: Uint8Array): void {
    if (this.#board.isQuiet && !this.#out.isHolding && this.#swallowed.size === 0) {
      this.#inner.write(frames)
      return
    }
    for (const bytes of new FrameSplitter(Number.MAX_SAFE_INTEGER).push(frames)) this.#send(frameOf(bytes))
  }

  get waitingBytes(): number {
    return this.#inner.waitingBytes
  }

  copiesRequestIds(): boolean {
    return this.#board.strikes('request-ids-copied', this.id) !== undefined
  }

  end(): void {
    if (!this.#abandons()) this.#inner.end()
  }

  destroy(): void {
    if (!this.#abandons()) this.#inner.destroy()
  }

  /** Cuts it, also when the link is dead. */
  cut(): void {
    this.#inner.destroy()
  }

  /** Sends a message that no request asked for, through the faults. */
  tell<P extends PayloadType>(payloadType: P, message: MessageByPayloadType[P]): void {
    this.write(encodeMessage(payloadType, message))
  }

  /** A fault that may strike here was set. */
  faultSet(entry: ActiveFault): void {
    const { fault } = entry
    if (fault.type === 'drop' && fault.afterFrames !== undefined) this.#fuses.set(entry, fault.afterFrames)
  }

  /** A fault that might strike here is off: what it held back goes on. */
  faultCleared(entry: ActiveFault): void {
    const { fault } = entry
    this.#fuses.delete(entry)
    if (fault.type === 'delay' || fault.type === 'reorder')
      (fault.direction === 'in' ? this.#in : this.#out).flush()
    if (fault.type === 'half-open' && this.#isAbandoned) this.#inner.destroy()
  }

  // From the client

  #take(bytes: Uint8Array): void {
    if (this.#isAbandoned) return
    const frames = this.#splitter.push(bytes)
    if (frames.length === 0) {
      // A ping, or a part of a frame: a sign of life all the same.
      if (this.#board.isQuiet) this.#listener?.onBytes(NOTHING)
      return
    }
    if (this.#board.isQuiet && !this.#in.isHolding) {
      this.#listener?.onBytes(
        frames.length === 1 && frames[0] !== undefined ? frames[0] : Buffer.concat(frames),
      )
      return
    }
    for (const frame of frames) this.#receive(frameOf(frame))
  }

  #receive(frame: Frame): void {
    if (this.#isLost(frame, 'in')) return
    const refusal = refusalOf(this.#board, this.id, frame)
    if (refusal !== undefined) this.write(refusal)
    else if (!ORDERS.has(frame.payloadType) || !this.#leavesUnanswered(frame))
      this.#put(frame, 'in', this.#in)
    this.#burnFuses()
  }

  /** Whether a trading request does nothing; one that acts loses its answers instead. */
  #leavesUnanswered({ clientMsgId }: Frame): boolean {
    const unanswered = this.#board.strikes('unanswered-order', this.id)
    if (unanswered === undefined) return false
    if (!unanswered.fault.acts) return true
    if (clientMsgId !== undefined) {
      this.#swallowed.add(clientMsgId)
      const [oldest] = this.#swallowed
      if (this.#swallowed.size > MAX_SWALLOWED_IDS && oldest !== undefined) this.#swallowed.delete(oldest)
    }
    return false
  }

  #deliver(frames: readonly Frame[]): void {
    for (const { bytes } of frames) this.#listener?.onBytes(bytes)
  }

  // To the client

  #send(frame: Frame): void {
    if (frame.clientMsgId !== undefined && this.#swallowed.has(frame.clientMsgId)) return
    if (this.#isLost(frame, 'out')) return
    for (const told of this.#rewriter.rewritten(frame)) {
      if (this.#truncates(told)) return
      this.#put(told, 'out', this.#out)
    }
    this.#burnFuses()
  }

  #truncates({ bytes, payloadType }: Frame): boolean {
    const cut = this.#board.strikes('truncate', this.id, fault => strikesType(fault, payloadType))
    if (cut === undefined) return false
    this.#out.flush()
    if (!this.#isClosed) this.#inner.tear(bytes, cut.fault.bytes)
    if (cut.fault.goesOn !== true) this.#inner.end()
    return true
  }

  #write(frames: readonly Uint8Array[]): void {
    const [first] = frames
    if (first === undefined || this.#isClosed) return
    this.#inner.write(frames.length === 1 ? first : Buffer.concat(frames))
  }

  // Either way

  #isLost({ payloadType, payload }: Frame, direction: Direction): boolean {
    const board = this.#board
    if (board.strikes('half-open', this.id) !== undefined) return true
    const silent = board.strikes(
      'silence',
      this.id,
      fault => fault.direction === 'both' || fault.direction === direction,
    )
    if (silent !== undefined) return true
    const lost = board.strikes(
      'lose',
      this.id,
      fault => fault.direction === direction && fault.payloadTypes.includes(payloadType),
    )
    return lost !== undefined || (direction === 'out' && this.#rewriter.stopsTick(payloadType, payload))
  }

  #put(frame: Frame, direction: Direction, lane: Lane): void {
    const { payloadType } = frame
    const here = { payloadTypes: undefined }
    const applies = (fault: { direction: Direction; payloadTypes?: readonly number[] }): boolean =>
      fault.direction === direction && strikesType({ ...here, ...fault }, payloadType)
    const delay = this.#board.strikes('delay', this.id, applies)
    const mixed = this.#board.strikes('reorder', this.id, applies)
    const copies = this.#board.strikes('duplicate', this.id, applies) === undefined ? 1 : 2
    for (let copy = 0; copy < copies; copy++)
      if (mixed !== undefined) lane.mix(frame, mixed.fault.window)
      else if (delay === undefined) lane.put(frame)
      else if (delay.fault.payloadTypes === undefined) lane.putLater(frame, delay.fault.ms)
      else lane.putAside(frame, delay.fault.ms)
  }

  #burnFuses(): void {
    for (const [entry, left] of this.#fuses) {
      if (left > 1) this.#fuses.set(entry, left - 1)
      else {
        this.#fuses.delete(entry)
        // What was passed on so far still leaves.
        if (entry.strike()) this.#inner.end()
      }
    }
  }

  /** Whether the link is dead, so that an end on our side reaches nobody. */
  #abandons(): boolean {
    if (this.#isClosed || this.#isAbandoned) return this.#isAbandoned
    if (this.#board.strikes('half-open', this.id) === undefined) return false
    this.#isAbandoned = true
    setImmediate(() => this.#listener?.onClosed())
    return true
  }

  #overflow(): void {
    this.#board.logger.warn({ connection: this.id }, 'a fault holds too much back: cut off')
    this.cut()
  }

  #close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#in.close()
    this.#out.close()
    this.#board.left(this)
    if (!this.#isAbandoned) this.#listener?.onClosed()
  }
}
