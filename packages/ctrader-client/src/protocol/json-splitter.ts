import { CTraderError } from '../errors.ts'
import { MAX_FRAME_BYTES } from './frame.ts'

/** Deepest nesting of objects and lists that is followed; the protocol's own messages reach 6. */
export const MAX_JSON_DEPTH = 30

const QUOTE = 0x22
const BACKSLASH = 0x5c
const FIRST_BYTES = 1024
const KEPT_BYTES = 65_536

/** Closing brackets and the opening ones, by character code: `[` `]` `{` `}`. */
const OPENS_LIST = 0x5b
const CLOSES_LIST = 0x5d
const OPENS_OBJECT = 0x7b
const CLOSES_OBJECT = 0x7d

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

/**
 * Cuts a stream of JSON objects that nothing separates, however the stream was split on its way: the form of the
 * JSON port.
 *
 * It follows strings and brackets only; whether an object is valid JSON is for its reader to find out.
 */
export class JsonSplitter {
  readonly #maxBytes: number
  readonly #text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  #held = new Uint8Array(FIRST_BYTES)
  #heldLength = 0
  #depth = 0
  // One bit a level, the innermost lowest: whether it is a list.
  #kinds = 0
  #inString = false
  #escaped = false
  #violation: CTraderError | undefined

  /** Creates a splitter; `maxBytes` is the largest object it takes. */
  constructor(options?: { readonly maxBytes?: number }) {
    this.#maxBytes = options?.maxBytes ?? MAX_FRAME_BYTES
  }

  /** An object has begun and is not complete. */
  get partial(): boolean {
    return this.#depth > 0
  }

  /**
   * Takes the next bytes and calls `onObject` with the text of every object they complete, in order.
   *
   * @throws {@link CTraderError} `protocol-violation` for anything but white space between objects, a bracket that
   *   closes another kind, an object that is too large or too deep, or bytes that are no UTF-8; the stream cannot be
   *   followed any further, so that every later call throws the same
   */
  push(chunk: Uint8Array, onObject: (text: string) => void): void {
    if (this.#violation !== undefined) throw this.#violation
    let start = 0
    for (let at = 0; at < chunk.length; at++) {
      const depth = this.#depth
      this.#take(chunk[at] as number)
      if (this.#depth === depth) continue
      if (depth === 0) start = at
      else if (this.#depth === 0) onObject(this.#complete(chunk, start, at + 1))
    }
    if (this.#depth > 0) this.#hold(chunk, start, chunk.length)
  }

  #take(byte: number): void {
    if (this.#inString) this.#takeInString(byte)
    else if (byte === OPENS_OBJECT || byte === OPENS_LIST) this.#open(byte === OPENS_LIST)
    else if (byte === CLOSES_OBJECT || byte === CLOSES_LIST) this.#close(byte === CLOSES_LIST)
    else if (this.#depth === 0) {
      if (!isSpace(byte)) this.#fail('something else stands between two objects')
    } else if (byte === QUOTE) this.#inString = true
  }

  #takeInString(byte: number): void {
    if (this.#escaped) this.#escaped = false
    else if (byte === BACKSLASH) this.#escaped = true
    else if (byte === QUOTE) this.#inString = false
  }

  #open(isList: boolean): void {
    if (this.#depth === 0 && isList) this.#fail('a list stands where an object should')
    if (this.#depth === MAX_JSON_DEPTH) this.#fail(`an object is nested deeper than ${MAX_JSON_DEPTH}`)
    this.#depth += 1
    this.#kinds = (this.#kinds << 1) | (isList ? 1 : 0)
  }

  #close(isList: boolean): void {
    if (this.#depth === 0 || (this.#kinds & 1) !== (isList ? 1 : 0))
      this.#fail('a bracket closes what it did not open')
    this.#depth -= 1
    this.#kinds >>>= 1
  }

  #complete(chunk: Uint8Array, start: number, end: number): string {
    let bytes = chunk.subarray(start, end)
    if (this.#heldLength > 0 || bytes.length > this.#maxBytes) {
      this.#hold(chunk, start, end)
      bytes = this.#held.subarray(0, this.#heldLength)
      this.#heldLength = 0
      // One large answer must not cost its memory for ever.
      if (this.#held.length > KEPT_BYTES) this.#held = new Uint8Array(FIRST_BYTES)
    }
    try {
      return this.#text.decode(bytes)
    } catch {
      return this.#fail('an object is no UTF-8')
    }
  }

  #hold(chunk: Uint8Array, start: number, end: number): void {
    const length = this.#heldLength + end - start
    if (length > this.#maxBytes) this.#fail(`an object is larger than ${this.#maxBytes} bytes`)
    if (length > this.#held.length) {
      const larger = new Uint8Array(Math.min(this.#maxBytes, Math.max(length, this.#held.length * 2)))
      larger.set(this.#held.subarray(0, this.#heldLength))
      this.#held = larger
    }
    this.#held.set(chunk.subarray(start, end), this.#heldLength)
    this.#heldLength = length
  }

  #fail(what: string): never {
    this.#violation = new CTraderError(
      'protocol-violation',
      `The stream is not JSON of this protocol: ${what}. Close the connection.`,
      {},
    )
    throw this.#violation
  }
}
