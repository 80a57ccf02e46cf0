import { allocate } from './allocate.ts'

/** Memory for the frames of many orders: a piece of its own for each costs more than writing it. */
const SLAB_BYTES = 8192
/** What one frame may take; the longest request has 23 fields, three of them text. */
const FRAME_ROOM = 1024
/** Length, payload type of two bytes, and length of the payload, each with its tag: written when the payload stands. */
const HEADER_ROOM = 4 + 3 + 3
/** Longer text, and text that is not ASCII, is left to the codec of every message. */
const MAX_TEXT = 127
const MAX_CODE = 127
const MAX_INT31 = 2_147_483_647
const ID_TAG = 26
const NO_BYTES = new Uint8Array(0)

// Place of the next byte: module state instead of an argument and a result per field, because this is the way of every order.
let slab = allocate(SLAB_BYTES)
let free = 0
let at = 0

// What prepareFrame has made ahead: the bytes of an id, and a view from a place on that is as long as the last frame.
let idAhead: string | undefined
let idBytes: Uint8Array = NO_BYTES
let viewAhead: Uint8Array = NO_BYTES
let viewAt = -1
let lastOffset = 0
let lastLength = 0

/** What is thrown at anything unusual: the codec of every message then has the word. */
export const ODD = Symbol('not plain')

function odd(): never {
  // An Error would take a stack trace.
  throw ODD
}

/** Writes a whole number from 0 up to 2^31−1. */
function put(value: number): void {
  let rest = value
  while (rest > 127) {
    slab[at++] = (rest & 127) | 128
    rest >>>= 7
  }
  slab[at++] = rest
}

function makeRoom(): void {
  if (slab.length - free >= FRAME_ROOM) return
  slab = allocate(SLAB_BYTES)
  free = 0
  viewAt = -1
}

/** Starts a payload. */
export function beginPayload(): void {
  makeRoom()
  at = free + HEADER_ROOM
}

/** Writes a field of 32 bits. */
export function int32(tag: number, value: number | undefined): void {
  if (typeof value !== 'number' || (value | 0) !== value || value < 0) odd()
  put(tag)
  put(value)
}

/** Writes a field of 64 bits. */
export function int64(tag: number, value: number | undefined): void {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) odd()
  put(tag)
  let rest = value
  while (rest > MAX_INT31) {
    slab[at++] = (rest % 128) | 128
    rest = Math.floor(rest / 128)
  }
  put(rest)
}

const doubleView = new DataView(new ArrayBuffer(8))
const doubleBytes = new Uint8Array(doubleView.buffer)

/** Writes a field of floating point. */
export function double(tag: number, value: number): void {
  if (typeof value !== 'number') odd()
  put(tag)
  doubleView.setFloat64(0, value, true)
  for (let i = 0; i < 8; i++) slab[at++] = doubleBytes[i] as number
}

/** Writes a field that is true or false. */
export function bool(tag: number, value: boolean): void {
  if (typeof value !== 'boolean') odd()
  put(tag)
  slab[at++] = value ? 1 : 0
}

/** Writes a field of text. */
export function string(tag: number, value: string): void {
  if (typeof value !== 'string' || value.length > MAX_TEXT) odd()
  put(tag)
  slab[at++] = value.length
  let seen = 0
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i)
    seen |= code
    slab[at++] = code
  }
  if (seen > MAX_CODE) odd()
}

/**
 * Ends the payload and puts length and envelope around it, where it lies.
 *
 * @param payloadType - From 128 up to 16383.
 * @returns the frame; nothing else is ever written over it
 */
export function endFrame(payloadType: number, clientMsgId: string | undefined): Uint8Array {
  let start = free + HEADER_ROOM
  const length = at - start
  if (clientMsgId !== undefined && clientMsgId === idAhead) {
    slab.set(idBytes, at)
    at += idBytes.length
  } else if (clientMsgId !== undefined) string(ID_TAG, clientMsgId)
  const end = at
  // Behind its last byte an array takes what is written and keeps nothing.
  if (end > slab.length) odd()
  if (length > 127) slab[--start] = length >>> 7
  slab[--start] = length > 127 ? (length & 127) | 128 : length
  slab[--start] = 18
  slab[--start] = payloadType >>> 7
  slab[--start] = (payloadType & 127) | 128
  slab[--start] = 8
  const body = end - start
  slab[--start] = body
  slab[--start] = body >>> 8
  slab[--start] = 0
  slab[--start] = 0
  const frameLength = end - start
  const frame = start === viewAt && frameLength === viewAhead.length ? viewAhead : slab.subarray(start, end)
  lastOffset = start - free
  lastLength = frameLength
  free = end
  return frame
}

/**
 * Makes ahead what the next frame needs, while nobody waits for it: memory, its id as bytes, and the view that it leaves
 * in, should it be as long as the last.
 *
 * @param nextId - At most 127 characters of ASCII.
 */
export function prepareFrame(nextId: string): void {
  makeRoom()
  viewAt = free + lastOffset
  viewAhead = slab.subarray(viewAt, viewAt + lastLength)
  if (nextId === idAhead) return
  idBytes = new Uint8Array(2 + nextId.length)
  idAhead = nextId
  idBytes[0] = ID_TAG
  idBytes[1] = nextId.length
  for (let i = 0; i < nextId.length; i++) idBytes[2 + i] = nextId.charCodeAt(i)
}
