const HEADER = '// Generated from schema/ctrader-schema.json. Do not edit.\n'

const SCALARS = {
  int32: 'number',
  int64: 'number',
  uint32: 'number',
  uint64: 'number',
  double: 'number',
  bool: 'boolean',
  string: 'string',
  bytes: 'Uint8Array',
}

function typeOf(schema, field) {
  const scalar = SCALARS[field.type] ?? (field.type in schema.enums ? 'number' : field.type)
  return field.label === 'repeated' ? `readonly ${scalar}[]` : scalar
}

function fieldDoc(schema, field) {
  const facts = []
  if (field.type in schema.enums) facts.push(`Value of {@link ${field.type}}.`)
  if (field.default !== undefined) facts.push(`When absent it means ${field.default}.`)
  if (field.deprecated) facts.push('@deprecated by the server.')
  return facts.length > 0 ? `  /** ${facts.join(' ')} */\n` : ''
}

function messageType(schema, name, message) {
  const number =
    message.payloadType === null ? 'Part of other messages.' : `Payload type ${message.payloadType}.`
  const legacy = message.legacy ? ' Legacy: servers no longer send or take it.' : ''
  let text = `/** ${number}${legacy} */\nexport interface ${name} {\n`
  for (const field of message.fields) {
    const optional = field.label === 'required' ? '' : '?'
    text += `${fieldDoc(schema, field)}  readonly ${field.name}${optional}: ${typeOf(schema, field)}\n`
  }
  return `${text}}\n/** Codec of the message {@link ${name}}. */\nexport declare const ${name}: MessageCodec<${name}>\n`
}

function enumType(name, { values }) {
  let text = `/** Names and numbers of the enum; a number gives the name. */\nexport declare const ${name}: {\n`
  for (const [value, number] of values) text += `  readonly ${value}: ${number}\n`
  return `${text}  readonly [value: number]: string | undefined\n}\n`
}

/** Types of messages.js. Required fields are required here although a decoded message may lack them. */
export function messageTypes(schema) {
  const codec = `import type { Reader, Writer } from 'protobufjs/minimal.js'

/** Turns one message into bytes and back. */
export interface MessageCodec<T> {
  /** Appends the message to a writer. */
  encode(message: T, writer?: Writer): Writer
  /** Reads a message; fields that were not sent are undefined, repeated ones an empty list. */
  decode(bytes: Reader | Uint8Array, length?: number): T
}
`
  const enums = Object.entries(schema.enums).map(([name, value]) => enumType(name, value))
  const messages = Object.entries(schema.messages).map(([name, value]) => messageType(schema, name, value))
  return [HEADER + codec, ...enums, ...messages].join('\n')
}

const numbered = schema =>
  Object.entries(schema.messages)
    .filter(([, message]) => message.payloadType !== null)
    .sort(([, a], [, b]) => a.payloadType - b.payloadType)

function shapeOf(schema, message) {
  const required = message.fields.filter(field => field.label === 'required').map(field => field.name)
  const nested = Object.fromEntries(
    message.fields.filter(field => field.type in schema.messages).map(field => [field.name, field.type]),
  )
  return { required, nested }
}

/** Payload type → codec, required fields of every message, and requests → responses. */
export function registryCode(schema) {
  let text = `${HEADER}import * as messages from './messages.js'\n\nexport const registry = {\n`
  for (const [name, message] of numbered(schema))
    text += `  ${message.payloadType}: { payloadType: ${message.payloadType}, name: '${name}', constant: '${message.payloadTypeName}', legacy: ${message.legacy}, codec: messages.${name} },\n`
  text += '}\n\nexport const payloadTypes = {\n'
  for (const [, message] of numbered(schema))
    text += `  ${message.payloadTypeName}: ${message.payloadType},\n`
  text += '}\n\nexport const shapes = {\n'
  for (const [name, message] of Object.entries(schema.messages))
    text += `  ${name}: ${JSON.stringify(shapeOf(schema, message))},\n`
  text += '}\n\nexport const requests = {\n'
  for (const [type, request] of Object.entries(schema.requests)) {
    const limit = schema.historical.includes(Number(type)) ? 'historical' : 'standard'
    text += `  ${type}: { responses: ${JSON.stringify(request.responses)}, limit: '${limit}', legacy: ${request.legacy} },\n`
  }
  const { source, commit } = schema
  return `${text}}\n\nexport const schemaVersion = ${JSON.stringify({ source, commit })}\n`
}

/** Types of registry.js. */
export function registryTypes(schema) {
  let text = `${HEADER}import type * as messages from './messages.js'

/** Message type by payload type number. */
export interface MessageByPayloadType {
`
  for (const [name, message] of numbered(schema)) text += `  ${message.payloadType}: messages.${name}\n`
  text += `}

/** A payload type number of the schema. */
export type PayloadType = keyof MessageByPayloadType

/** What is known of one payload type. */
export interface RegistryEntry<P extends PayloadType = PayloadType> {
  readonly payloadType: P
  /** Message name, e.g. \`ProtoOASpotEvent\`. */
  readonly name: string
  /** Name of the constant, e.g. \`PROTO_OA_SPOT_EVENT\`; it does not follow from the message name. */
  readonly constant: string
  /** Gone from current servers. */
  readonly legacy: boolean
  readonly codec: messages.MessageCodec<MessageByPayloadType[P]>
}

/** Payload type → message. */
export declare const registry: { readonly [P in PayloadType]: RegistryEntry<P> }

/** Constant → payload type. */
export declare const payloadTypes: {
`
  for (const [, message] of numbered(schema))
    text += `  readonly ${message.payloadTypeName}: ${message.payloadType}\n`
  return `${text}}

/** Required and nested fields by message name. */
export declare const shapes: Readonly<Record<string, { readonly required: readonly string[]; readonly nested: Readonly<Record<string, string>> }>>

/** Request payload type → what answers it. */
export declare const requests: Readonly<Record<number, { readonly responses: readonly PayloadType[]; readonly limit: 'standard' | 'historical'; readonly legacy: boolean }>>

/** Which published definition of the protocol messages, enums and methods follow: its repository and commit. */
export declare const schemaVersion: { readonly source: string; readonly commit: string }
`
}

/** Fields by message name, as {@link fieldTypes} says; only the JSON codec reads them. */
export function fieldsCode(schema) {
  let text = `${HEADER}export const fields = {\n`
  for (const [name, message] of Object.entries(schema.messages)) {
    const rows = message.fields.map(field => {
      const list = field.label === 'repeated' ? '[]' : ''
      const mark = field.type in schema.enums ? '#' : ''
      return [field.name, mark + field.type + list]
    })
    text += `  ${name}: ${JSON.stringify(Object.fromEntries(rows))},\n`
  }
  return `${text}}\n`
}

/** Types of fields.js. */
export function fieldTypes() {
  return `${HEADER}
/** Type of every field by message and field name: a scalar, \`#\` and an enum, or a message; \`[]\` marks a list. */
export declare const fields: Readonly<Record<string, Readonly<Record<string, string>>>>
`
}
