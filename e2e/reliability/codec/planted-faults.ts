import {
  CTraderError,
  decodeMessage,
  decodeSpotEvent,
  FrameDecoder,
  isCTraderError,
} from '@openclaw-trading/ctrader-client/protocol'
import protobuf from 'protobufjs/minimal.js'
import { type Codec, clientCodec } from './codec.ts'

type Decoder = ReturnType<Codec['createFrameDecoder']>
type OnBody = (body: Uint8Array) => void

/** A decoder of frames as one writes it in five minutes; the faults are variations of it. */
class NaiveDecoder implements Decoder {
  #rest: Uint8Array = new Uint8Array(0)
  readonly #lengthOf: (bytes: Buffer) => number
  readonly #join: (rest: Uint8Array, chunk: Uint8Array) => Uint8Array
  readonly #advance: (length: number) => number

  constructor(
    options: {
      readonly lengthOf?: (bytes: Buffer) => number
      readonly join?: (rest: Uint8Array, chunk: Uint8Array) => Uint8Array
      readonly advance?: (length: number) => number
    } = {},
  ) {
    this.#lengthOf = options.lengthOf ?? (bytes => bytes.readUInt32BE(0))
    this.#join = options.join ?? ((rest, chunk) => Buffer.concat([rest, chunk]))
    this.#advance = options.advance ?? (length => length + 4)
  }

  push(chunk: Uint8Array, onBody: OnBody): void {
    let bytes = Buffer.from(this.#join(this.#rest, chunk))
    while (bytes.length >= 4) {
      const length = this.#lengthOf(bytes)
      if (length > 15_000_000) throw new CTraderError('protocol-violation', 'Too long. Close it.', {})
      if (bytes.length < 4 + length) break
      onBody(bytes.subarray(4, 4 + Math.max(0, length)))
      bytes = bytes.subarray(this.#advance(length))
    }
    this.#rest = bytes
  }
}

const withDecoder = (createFrameDecoder: () => Decoder): Codec => ({ ...clientCodec, createFrameDecoder })

/** Does not tell the reader's own errors from those of the protocol. */
const throwsPlainErrors: Codec = {
  ...clientCodec,
  decodeMessage(payloadType, payload) {
    try {
      return decodeMessage(payloadType, payload)
    } catch (error) {
      throw isCTraderError(error) && error.cause instanceof RangeError ? error.cause : error
    }
  },
}

/** Reads a 64-bit number into a double, whatever it loses. */
const roundsNumbers: Codec = {
  ...clientCodec,
  decodeMessage(payloadType, payload) {
    try {
      return decodeMessage(payloadType, payload)
    } catch (error) {
      if (isCTraderError(error) && error.message.includes('outside ±(2^53−1)'))
        return { ctidTraderAccountId: 2 ** 60 }
      throw error
    }
  },
}

/** Fills an unsent side of a quote with 0, as proto2 defaults do. */
const fillsPrices: Codec = {
  ...clientCodec,
  decodeSpotEvent(payload) {
    const event = decodeSpotEvent(payload)
    return { ...event, ask: event.ask ?? 0 }
  },
}

/** Has no word for negative numbers. */
const knowsNoNegatives: Codec = {
  ...clientCodec,
  decodeSpotEvent(payload) {
    const event = decodeSpotEvent(payload)
    if (event.ctidTraderAccountId < 0 || event.symbolId < 0)
      throw new CTraderError('protocol-violation', 'A negative number. Report it.', {})
    return event
  },
}

/** Follows groups as deep as they go. */
const hasNoDepthLimit: Codec = {
  ...clientCodec,
  decodeMessage(payloadType, payload) {
    const reader = protobuf.Reader as unknown as { recursionLimit: number }
    const { recursionLimit } = reader
    reader.recursionLimit = Number.POSITIVE_INFINITY
    try {
      return decodeMessage(payloadType, payload)
    } finally {
      reader.recursionLimit = recursionLimit
    }
  },
}

/** Looks at an unknown field again and again. */
const doesNotGetOn: Codec = {
  ...clientCodec,
  decodeMessage(payloadType, payload) {
    const reader = protobuf.Reader.create(payload)
    try {
      while (reader.pos < reader.len) {
        const start = reader.pos
        const tag = reader.tag()
        if (tag >>> 3 > 100) reader.pos = start
        else reader.skipType(tag & 7)
      }
    } catch {
      // The real decoder tells below.
    }
    return decodeMessage(payloadType, payload)
  },
}

function keepsEverything(): Codec {
  const kept: Uint8Array[] = []
  return {
    ...clientCodec,
    decodeEnvelope(body) {
      kept.push(Uint8Array.from(body))
      return clientCodec.decodeEnvelope(body)
    },
  }
}

/** Uses what a peer sends as the name of a property. */
const changesThePrototype: Codec = {
  ...clientCodec,
  decodeEnvelope(body) {
    const envelope = clientCodec.decodeEnvelope(body)
    const answers: Record<string, Record<string, unknown>> = {}
    const name = envelope.clientMsgId
    const entry = name === undefined ? undefined : answers[name]
    if (entry !== undefined) entry['planted'] = true
    return envelope
  },
}

/** Forgets what came behind the first message of a chunk. */
function dropsTheRest(): Decoder {
  const inner = new FrameDecoder()
  return {
    push(chunk, onBody) {
      let isFirst = true
      inner.push(chunk, body => {
        if (isFirst) onBody(body)
        isFirst = false
      })
    },
  }
}

/** A deliberate error of a codec. */
export interface PlantedFault {
  /** What the codec does wrong. */
  readonly name: string
  create(): Codec
  /** How the fault shows. */
  readonly shows: RegExp
}

/** Errors that real decoders have had; each must be found. */
export const PLANTED_FAULTS: readonly PlantedFault[] = [
  {
    name: 'has no cap',
    create: () => withDecoder(() => new FrameDecoder({ maxBytes: 2 ** 25 })),
    shows: /expected stream-refused, got waiting/,
  },
  {
    name: 'accepts negative lengths',
    create: () => withDecoder(() => new NaiveDecoder({ lengthOf: bytes => bytes.readInt32BE(0) })),
    shows: /more bodies than bytes|expected stream-refused, got waiting/,
  },
  {
    name: 'loses a byte at the edge of a segment',
    create: () => withDecoder(() => new NaiveDecoder({ join: losingByte })),
    shows: /another body at byte|never came out/,
  },
  {
    name: 'keeps a view of memory that is not its own',
    create: () => withDecoder(() => new NaiveDecoder({ join: keepingView })),
    shows: /another body at byte|never came out|a valid stream was refused/,
  },
  {
    name: 'does not get past an empty frame',
    create: () => withDecoder(() => new NaiveDecoder({ advance: length => (length === 0 ? 0 : length + 4) })),
    shows: /more bodies than bytes/,
  },
  {
    name: 'forgets what came behind the first message of a chunk',
    create: () => withDecoder(dropsTheRest),
    shows: /the connection did not live on/,
  },
  { name: 'lets the errors of its reader out', create: () => throwsPlainErrors, shows: /threw RangeError/ },
  { name: 'rounds 64-bit numbers', create: () => roundsNumbers, shows: /, no u?int64|is not in the schema/ },
  {
    name: 'fills unsent prices with 0',
    create: () => fillsPrices,
    shows: /the spot decoders read different things/,
  },
  {
    name: 'refuses in one decoder what the other reads',
    create: () => knowsNoNegatives,
    shows: /one spot decoder reads it and the other refuses it/,
  },
  {
    name: 'follows groups as deep as they go',
    create: () => hasNoDepthLimit,
    shows: /groups \d+ deep.*expected refused, got decoded|one envelope decoder reads it/,
  },
  { name: 'looks at an unknown field again and again', create: () => doesNotGetOn, shows: /took more than/ },
  { name: 'keeps every body', create: keepsEverything, shows: /memory grew by/ },
  {
    name: 'takes a property name from the peer',
    create: () => changesThePrototype,
    shows: /Object\.prototype has changed/,
  },
]

function losingByte(rest: Uint8Array, chunk: Uint8Array): Uint8Array {
  const isSplitHeader = rest.length > 0 && rest.length < 4
  return Buffer.concat([rest, isSplitHeader ? chunk.subarray(1) : chunk])
}

/** The rest was cut from memory that has been used again since. */
function keepingView(rest: Uint8Array, chunk: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.alloc(rest.length, 0xee), chunk])
}
