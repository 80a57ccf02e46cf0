import { CTraderError } from '../errors.ts'
import { allocate } from './allocate.ts'
import { ProtoOASpotEvent, ProtoOATrendbar } from './generated/messages.js'

/** A ProtoOASpotEvent; a field that was not sent is undefined, and an unsent side is unchanged. */
export interface SpotEvent {
  ctidTraderAccountId: number
  symbolId: number
  /** In 1/100000. */
  bid: number | undefined
  /** In 1/100000. */
  ask: number | undefined
  /** In 1/100000. */
  sessionClose: number | undefined
  /** Milliseconds; only when it was asked for on subscription. */
  timestamp: number | undefined
  /** Bars in progress; undefined when there are none. */
  trendbar: ProtoOATrendbar[] | undefined
}

const SPOT_EVENT = 2131
const TWO_28 = 268_435_456
const TWO_56 = TWO_28 * TWO_28
const MAX_UINT32 = 4_294_967_295

// Cursor of the decoder: module state instead of an object per number, because this runs for every quote.
let cursor = 0

// What the fast path throws at anything unusual: the generated codec then has the word, so that both always agree.
const ODD = Symbol('not for the fast path')

/** Reads a varint of at most 2^53−1; negative numbers do not occur in a spot event. */
function varint(bytes: Uint8Array, end: number): number {
  let value = 0
  let scale = 1
  for (let i = 0; i < 10; i++) {
    if (cursor >= end) odd()
    const byte = bytes[cursor++] as number
    // Bits above 2^56 cannot be part of a safe integer; the check below sees them.
    value += (byte & 127) * scale
    if (byte < 128) {
      if (!Number.isSafeInteger(value)) odd()
      return value
    }
    scale *= 128
  }
  return odd()
}

function tagAt(bytes: Uint8Array, end: number): number {
  const first = bytes[cursor] as number
  if (first >= 128) return short(bytes, end)
  cursor++
  return first
}

/** Reads a tag or a length: no more than five bytes, 32 bits. */
function short(bytes: Uint8Array, end: number): number {
  const start = cursor
  const value = varint(bytes, end)
  if (cursor - start > 5 || value > MAX_UINT32) odd()
  return value
}

function odd(): never {
  // Caught in this file alone; an Error would take a stack trace for every odd message.
  throw ODD
}

function skip(bytes: Uint8Array, end: number, tag: number): void {
  if (tag < 8) odd()
  const wireType = tag & 7
  if (wireType === 0) skipVarint(bytes, end)
  else if (wireType === 1) cursor += 8
  else if (wireType === 5) cursor += 4
  else if (wireType === 2) {
    const length = short(bytes, end)
    cursor += length
  } else odd()
  if (cursor > end) odd()
}

function skipVarint(bytes: Uint8Array, end: number): void {
  for (let i = 0; i < 10; i++) {
    if (cursor >= end) odd()
    if ((bytes[cursor++] as number) < 128) return
  }
  odd()
}

/**
 * Decodes the ProtoOASpotEvent in `bytes[start, end)`; equal to the generated codec on every input, and faster on
 * those that servers send.
 *
 * @throws {@link CTraderError} `protocol-violation` when the bytes are damaged or a number is outside ±(2^53−1)
 */
export function decodeSpotEvent(bytes: Uint8Array, start = 0, end = bytes.length): SpotEvent {
  try {
    return decodeFast(bytes, start, end)
  } catch (reason) {
    if (reason !== ODD) throw reason
    return decodeByCodec(bytes.subarray(start, end))
  }
}

function decodeFast(bytes: Uint8Array, start: number, end: number): SpotEvent {
  const event: SpotEvent = {
    ctidTraderAccountId: 0,
    symbolId: 0,
    bid: undefined,
    ask: undefined,
    sessionClose: undefined,
    timestamp: undefined,
    trendbar: undefined,
  }
  cursor = start
  while (cursor < end) {
    const tag = tagAt(bytes, end)
    switch (tag) {
      case 16:
        event.ctidTraderAccountId = varint(bytes, end)
        break
      case 24:
        event.symbolId = varint(bytes, end)
        break
      case 32:
        event.bid = varint(bytes, end)
        break
      case 40:
        event.ask = varint(bytes, end)
        break
      case 50:
        readTrendbar(bytes, end, event)
        break
      case 56:
        event.sessionClose = varint(bytes, end)
        break
      case 64:
        event.timestamp = varint(bytes, end)
        break
      default:
        skip(bytes, end, tag)
    }
  }
  return event
}

// The codec counts the depth of unknown groups from the outermost message; its declared type leaves the count out.
const decodeBar = ProtoOATrendbar.decode as (
  bytes: Uint8Array,
  length: undefined,
  end: undefined,
  depth: number,
) => ProtoOATrendbar

function readTrendbar(bytes: Uint8Array, end: number, event: SpotEvent): void {
  const length = short(bytes, end)
  const start = cursor
  if (start + length > end) odd()
  let bar: ProtoOATrendbar
  try {
    bar = decodeBar(bytes.subarray(start, start + length), undefined, undefined, 1)
  } catch {
    return odd()
  }
  event.trendbar ??= []
  event.trendbar.push(bar)
  cursor = start + length
}

function decodeByCodec(bytes: Uint8Array): SpotEvent {
  let message: ProtoOASpotEvent
  try {
    message = ProtoOASpotEvent.decode(bytes)
  } catch (cause) {
    throw new CTraderError(
      'protocol-violation',
      'A ProtoOASpotEvent could not be read: its bytes are damaged. The message was dropped.',
      { payloadType: SPOT_EVENT },
      { cause },
    )
  }
  const { ctidTraderAccountId = 0, symbolId = 0, bid, ask, sessionClose, timestamp, trendbar = [] } = message
  const bars = trendbar.length === 0 ? undefined : [...trendbar]
  return { ctidTraderAccountId, symbolId, bid, ask, sessionClose, timestamp, trendbar: bars }
}

function putVarint(bytes: Uint8Array, from: number, value: number): number {
  let at = from
  let rest = value
  while (rest >= TWO_28) {
    bytes[at++] = (rest % 128) | 128
    rest = Math.floor(rest / 128)
  }
  while (rest >= 128) {
    bytes[at++] = (rest & 127) | 128
    rest >>>= 7
  }
  bytes[at++] = rest
  return at
}

function badField(value: number, path: string): CTraderError {
  return new CTraderError(
    'invalid-argument',
    `${path} of a spot event is ${value}. Pass a whole number from 0 to 2^53−1.`,
    { path, expected: 'a whole number from 0 to 2^53−1' },
  )
}

/** Longest frame that {@link writeSpotFrame} makes, in bytes: the header, and five numbers of 8 bytes with their tags. */
export const MAX_SPOT_FRAME_BYTES = 4 + 5 + 5 * 9

/** The fields that {@link encodeSpotFrame} sends. */
export interface SpotFields {
  readonly ctidTraderAccountId: number
  readonly symbolId: number
  /** In 1/100000; left out: unchanged. */
  readonly bid?: number
  /** In 1/100000; left out: unchanged. */
  readonly ask?: number
  /** Milliseconds. */
  readonly timestamp?: number
}

/** Encodes one spot event as a whole frame, faster than the generated codec. @throws {@link CTraderError} `invalid-argument` */
export function encodeSpotFrame(fields: SpotFields): Uint8Array {
  const frame = allocate(MAX_SPOT_FRAME_BYTES)
  return frame.subarray(0, writeSpotFrame(frame, 0, fields))
}

/**
 * Writes one spot event as a whole frame into `target` at `start`: a sender of millions makes no buffer for each.
 *
 * @param target - Has {@link MAX_SPOT_FRAME_BYTES} free from `start` on; fewer would lose the end of the frame.
 * @returns the place behind the frame
 * @throws {@link CTraderError} `invalid-argument`
 */
export function writeSpotFrame(target: Uint8Array, start: number, fields: SpotFields): number {
  const { ctidTraderAccountId, symbolId, bid, ask, timestamp } = fields
  // 4 bytes of length, then payloadType (08 D3 10 = 2131), then the payload's tag and its length in one byte.
  const payload = start + 9
  let at = putField(target, payload, 16, ctidTraderAccountId, 'ctidTraderAccountId')
  at = putField(target, at, 24, symbolId, 'symbolId')
  if (bid !== undefined) at = putField(target, at, 32, bid, 'bid')
  if (ask !== undefined) at = putField(target, at, 40, ask, 'ask')
  if (timestamp !== undefined) at = putField(target, at, 64, timestamp, 'timestamp')
  target[start] = 0
  target[start + 1] = 0
  target[start + 2] = 0
  target[start + 3] = at - start - 4
  target[start + 4] = 0x08
  target[start + 5] = 0xd3
  target[start + 6] = 0x10
  target[start + 7] = 0x12
  target[start + 8] = at - payload
  return at
}

function putField(target: Uint8Array, at: number, tag: number, value: number, path: string): number {
  if (!(Number.isSafeInteger(value) && value >= 0 && value < TWO_56)) throw badField(value, path)
  target[at] = tag
  return putVarint(target, at + 1, value)
}
