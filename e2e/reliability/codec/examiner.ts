import {
  type Envelope,
  isCTraderError,
  isPayloadType,
  type PayloadType,
  registry,
  type SpotEvent,
} from '@openclaw-trading/ctrader-client/protocol'
import type { Codec } from './codec.ts'
import { type SchemaField, schema } from './schema.ts'
import type { StepMeter } from './step-meter.ts'

const ENVELOPE = 5
const SPOT = 2131
/** More of them say nothing new. */
const MAX_VIOLATIONS = 10
const MAX_HEX = 600

/** What became of the bytes of a frame. */
export type Outcome = 'decoded' | 'refused' | 'unknown-type'

type Message = Readonly<Record<string, unknown>>
type OpenedEnvelope = Envelope & { readonly payload: Uint8Array }

/** Reads frame bodies in every way there is, and notes whatever breaks the promise. */
export class Examiner {
  readonly violations: string[] = []
  readonly outcomes: Record<Outcome, number> = { decoded: 0, refused: 0, 'unknown-type': 0 }
  /** Spots that both decoders read. */
  spotsCompared = 0
  /** Messages with a 64-bit number that no double holds, refused for it. */
  unsafeRefused = 0
  /** What is under examination, for the report. */
  current: Uint8Array = new Uint8Array(0)
  readonly #codec: Codec
  readonly #meter: StepMeter

  constructor(codec: Codec, meter: StepMeter) {
    this.#codec = codec
    this.#meter = meter
  }

  /** Enough has been seen. */
  get isFull(): boolean {
    return this.violations.length >= MAX_VIOLATIONS
  }

  /** Notes a violation, with the bytes that led to it. */
  report(what: string): void {
    if (this.isFull) return
    const hex = Buffer.from(this.current).toString('hex')
    const bytes = hex.length > MAX_HEX ? `${hex.slice(0, MAX_HEX)}… (${this.current.length} bytes)` : hex
    this.violations.push(`${what}: ${bytes}`)
  }

  /** Reads one body. */
  examine(body: Uint8Array): Outcome {
    const outcome = this.#examine(body)
    this.outcomes[outcome]++
    return outcome
  }

  #examine(body: Uint8Array): Outcome {
    const envelope = this.attempt(body.length, () => this.#codec.decodeEnvelope(body))
    this.#compareEnvelopes(body, envelope)
    if (envelope === undefined) return 'refused'
    const { payloadType, payload } = envelope
    if (!isPayloadType(payloadType)) return 'unknown-type'
    const message = this.attempt(payload.length, () => this.#codec.decodeMessage(payloadType, payload))
    if (payloadType === SPOT) this.#compareSpots(payload, message as Message | undefined)
    if (message === undefined) return 'refused'
    const problem = shapeProblem(registry[payloadType].name, message as Message)
    if (problem !== undefined) this.report(`${registry[payloadType].name}.${problem}`)
    return 'decoded'
  }

  /** Runs one decoder: it answers or refuses with `protocol-violation`, within its budget of steps. */
  attempt<T>(byteLength: number, decode: () => T): T | undefined {
    this.#meter.begin(byteLength)
    let result: T | undefined
    try {
      result = decode()
    } catch (error) {
      if (!isCTraderError(error, 'protocol-violation')) this.report(`threw ${String(error)}`)
      else if (error.message.includes('outside ±(2^53−1)')) this.unsafeRefused++
    }
    if (this.#meter.isExceeded) this.report(`took more than ${this.#meter.steps} steps`)
    return result
  }

  #compareEnvelopes(body: Uint8Array, mine: OpenedEnvelope | undefined): void {
    const theirs = this.attempt(body.length, () =>
      this.#codec.decodeMessage(ENVELOPE as PayloadType, body),
    ) as Message | undefined
    // Only the hand-written decoder insists on the payload type.
    const expected = theirs?.['payloadType'] === undefined ? undefined : theirs
    if ((mine === undefined) !== (expected === undefined))
      return this.report('one envelope decoder reads it and the other refuses it')
    if (mine === undefined || expected === undefined) return
    const payload = (expected['payload'] ?? new Uint8Array(0)) as Uint8Array
    const isSame =
      mine.payloadType === expected['payloadType'] &&
      mine.clientMsgId === expected['clientMsgId'] &&
      Buffer.compare(mine.payload, payload) === 0
    if (!isSame) this.report('the envelope decoders read different things')
  }

  #compareSpots(payload: Uint8Array, theirs: Message | undefined): void {
    const mine = this.attempt(payload.length, () => this.#codec.decodeSpotEvent(payload))
    if ((mine === undefined) !== (theirs === undefined))
      return this.report('one spot decoder reads it and the other refuses it')
    if (mine === undefined || theirs === undefined) return
    this.spotsCompared++
    if (!isSameSpot(mine, theirs)) this.report('the spot decoders read different things')
  }
}

const SPOT_FIELDS = ['bid', 'ask', 'sessionClose', 'timestamp'] as const

function isSameSpot(mine: SpotEvent, theirs: Message): boolean {
  if (mine.ctidTraderAccountId !== (theirs['ctidTraderAccountId'] ?? 0)) return false
  if (mine.symbolId !== (theirs['symbolId'] ?? 0)) return false
  if (SPOT_FIELDS.some(field => mine[field] !== theirs[field])) return false
  const bars = (theirs['trendbar'] ?? []) as readonly Message[]
  const own = (mine.trendbar ?? []) as unknown as readonly Message[]
  return bars.length === own.length && bars.every((bar, i) => isSameFlat(bar, own[i] ?? {}))
}

function isSameFlat(a: Message, b: Message): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every(key => Object.is(a[key], b[key]))
}

const fieldsOf = new Map(
  Object.entries(schema.messages).map(([name, { fields }]) => [
    name,
    new Map(fields.map(field => [field.name, field])),
  ]),
)

/** Path and reason of the first value that the schema does not allow. */
function shapeProblem(name: string, message: Message): string | undefined {
  const fields = fieldsOf.get(name)
  for (const key of Object.keys(message)) {
    const field = fields?.get(key)
    if (field === undefined) return `${key} is not in the schema`
    const value = message[key]
    if (field.label !== 'repeated') {
      const problem = valueProblem(field, value)
      if (problem !== undefined) return `${key}${problem}`
      continue
    }
    if (!Array.isArray(value)) return `${key} is no list`
    for (const item of value) {
      const problem = valueProblem(field, item)
      if (problem !== undefined) return `${key}[]${problem}`
    }
  }
  return undefined
}

function valueProblem({ type }: SchemaField, value: unknown): string | undefined {
  if (fieldsOf.has(type)) {
    const problem = shapeProblem(type, value as Message)
    return problem === undefined ? undefined : `.${problem}`
  }
  return isValue(type, value) ? undefined : ` is ${String(value)}, no ${type}`
}

function isValue(type: string, value: unknown): boolean {
  switch (type) {
    case 'bool':
      return typeof value === 'boolean'
    case 'string':
      return typeof value === 'string'
    case 'bytes':
      return value instanceof Uint8Array
    case 'double':
      return typeof value === 'number'
    case 'int64':
      return Number.isSafeInteger(value)
    case 'uint64':
      return Number.isSafeInteger(value) && (value as number) >= 0
    case 'uint32':
      return typeof value === 'number' && value >>> 0 === value
    default:
      return typeof value === 'number' && (value | 0) === value
  }
}
