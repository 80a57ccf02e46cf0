import { CTraderError, isCTraderError } from '../errors.ts'
import { decodeEnvelope, type Envelope, encodeEnvelope } from './envelope.ts'
import { encodeFrame } from './frame.ts'
import { payloadTypes, registry } from './generated/registry.js'
import { jsonOfMessage, messageOfJson } from './json-fields.ts'
import { decodeMessage, isPayloadType } from './message.ts'

const TEXT = new TextDecoder()
const BYTES = new TextEncoder()
/** A number that never ends: every reader of a message refuses it. */
const DAMAGED = Uint8Array.of(8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255)

/**
 * Writes the body of a frame as the JSON object that says the same.
 *
 * Enums and 64-bit fields are numbers, what is not set is left out, and an empty payload too.
 *
 * @throws {@link CTraderError} `protocol-violation` for bytes that are no message, `invalid-argument` for a double
 *   that JSON cannot write
 */
export function encodeJson(body: Uint8Array): string {
  const { clientMsgId, payloadType, payload } = decodeEnvelope(body)
  const json = isPayloadType(payloadType)
    ? jsonOfMessage(registry[payloadType].name, decodeMessage(payloadType, payload))
    : unknownPayload(payload)
  return JSON.stringify({
    ...(clientMsgId === undefined ? {} : { clientMsgId }),
    payloadType,
    ...(Object.keys(json).length === 0 ? {} : { payload: json }),
  })
}

/** A message of an unknown type has its JSON text as its payload; see {@link decodeJson}. */
function unknownPayload(payload: Uint8Array): object {
  try {
    const json: unknown = payload.length === 0 ? {} : JSON.parse(TEXT.decode(payload))
    return typeof json === 'object' && json !== null ? json : {}
  } catch {
    return {}
  }
}

/**
 * Reads a JSON object as the frame that says the same.
 *
 * A message that cannot be read – a value of another type, a whole number beyond ±(2^53−1) – is reported to
 * `onViolation` and becomes a frame with the same number and id whose payload every reader refuses: so the request
 * that awaited it ends, and nothing else does. The payload of an unknown type is its JSON text in UTF-8.
 */
export function decodeJson(text: string, onViolation?: (error: CTraderError) => void): Uint8Array {
  let envelope: Envelope | undefined
  try {
    const json: unknown = JSON.parse(text)
    envelope = envelopeOf(json)
    const payload = payloadOf(envelope.payloadType, (json as { readonly payload?: unknown }).payload)
    return encodeFrame(encodeEnvelope({ ...envelope, payload }))
  } catch (cause) {
    onViolation?.(violationOf(envelope?.payloadType, cause))
    return encodeFrame(
      envelope === undefined ? new Uint8Array(0) : encodeEnvelope({ ...envelope, payload: DAMAGED }),
    )
  }
}

function envelopeOf(json: unknown): Envelope {
  const { payloadType, clientMsgId } = (json ?? {}) as Readonly<Record<string, unknown>>
  const number =
    typeof payloadType === 'string' && Object.hasOwn(payloadTypes, payloadType)
      ? payloadTypes[payloadType as keyof typeof payloadTypes]
      : Number(payloadType ?? Number.NaN)
  if (!Number.isInteger(number) || number < 0 || number >= 2 ** 32)
    throw new CTraderError('protocol-violation', 'It has no payloadType.', {})
  if (clientMsgId === undefined || clientMsgId === null) return { payloadType: number }
  return { payloadType: number, clientMsgId: String(clientMsgId) }
}

function payloadOf(payloadType: number, json: unknown): Uint8Array {
  const isThere = json !== undefined && json !== null
  if (!isPayloadType(payloadType)) return isThere ? BYTES.encode(JSON.stringify(json)) : new Uint8Array(0)
  const { codec, name } = registry[payloadType]
  return codec.encode(messageOfJson(name, isThere ? json : {}) as never).finish()
}

function violationOf(payloadType: number | undefined, cause: unknown): CTraderError<'protocol-violation'> {
  const name =
    payloadType !== undefined && isPayloadType(payloadType) ? registry[payloadType].name : 'message'
  const why = isCTraderError(cause)
    ? cause.message.replace(/^\[[\w-]+\] /, '')
    : `it is no JSON of this protocol.`
  return new CTraderError(
    'protocol-violation',
    `A ${name} could not be read: ${why} The message was dropped.`,
    payloadType === undefined ? {} : { payloadType },
    { cause },
  )
}
