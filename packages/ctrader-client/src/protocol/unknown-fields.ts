import protobuf from 'protobufjs/minimal.js'

/** A field that the schema of this package does not know. */
export type UnknownField =
  /** Over protobuf: its number, and its bytes with tag, as they came. */
  | { readonly type: 'protobuf'; readonly number: number; readonly bytes: Uint8Array }
  /** Over JSON: its name and value. */
  | { readonly type: 'json'; readonly name: string; readonly value: unknown }

/** The highest field number of protobuf: no schema uses it. It carries what came as JSON under an unknown name. */
const JSON_CARRIER = 536_870_911
const CARRIER_TAG = ((JSON_CARRIER << 3) | 2) >>> 0

interface Kept {
  readonly $unknowns?: readonly Uint8Array[]
}

/** Lets a message carry JSON fields of unknown names through the protobuf codec. */
export function putJsonUnknowns(message: object, json: Readonly<Record<string, unknown>>): void {
  const text = JSON.stringify(json)
  const bytes = protobuf.Writer.create().uint32(CARRIER_TAG).string(text).finish()
  Object.assign(message, { $unknowns: [bytes] })
}

function jsonOf(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  const reader = protobuf.Reader.create(bytes)
  if (reader.uint32() !== CARRIER_TAG) return undefined
  try {
    return JSON.parse(reader.string()) as Readonly<Record<string, unknown>>
  } catch {
    return undefined
  }
}

/** What {@link putJsonUnknowns} has put into a message, also after it went through the codec. */
export function jsonUnknowns(message: object): Readonly<Record<string, unknown>> {
  return Object.assign({}, ...((message as Kept).$unknowns ?? []).map(jsonOf))
}

/**
 * Fields of a decoded message that the schema does not know: servers send unpublished ones.
 *
 * Of this message only: ask a message inside it by itself.
 */
export function unknownFields(message: object): readonly UnknownField[] {
  return ((message as Kept).$unknowns ?? []).flatMap((bytes): readonly UnknownField[] => {
    const json = jsonOf(bytes)
    if (json !== undefined)
      return Object.entries(json).map(([name, value]) => ({ type: 'json', name, value }))
    return [{ type: 'protobuf', number: protobuf.Reader.create(bytes).uint32() >>> 3, bytes }]
  })
}
