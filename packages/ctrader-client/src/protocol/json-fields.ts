import { CTraderError } from '../errors.ts'
import { fields } from './generated/fields.js'
import * as messages from './generated/messages.js'
import { jsonUnknowns, putJsonUnknowns } from './unknown-fields.ts'

type Json = Readonly<Record<string, unknown>>

function wrong(path: string, expected: string): CTraderError<'protocol-violation'> {
  return new CTraderError('protocol-violation', `${path} is not ${expected}.`, {})
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function wholeNumber(value: unknown, least: number, most: number, path: string): number {
  // Text is how careful servers write what a double cannot hold.
  const isText = typeof value === 'string' && /^-?\d{1,20}$/.test(value)
  const number = isText ? Number(value) : value
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= least && number <= most)
    return number
  throw wrong(path, `a whole number from ${least} to ${most}`)
}

function enumNumber(name: string, value: unknown, path: string): number {
  if (typeof value !== 'string') return wholeNumber(value, -(2 ** 31), 2 ** 31 - 1, path)
  const values = (messages as unknown as Readonly<Record<string, object>>)[name] ?? {}
  const number = Object.hasOwn(values, value) ? (values as Json)[value] : undefined
  if (typeof number === 'number') return number
  throw wrong(path, `a value of ${name}`)
}

const MAX = Number.MAX_SAFE_INTEGER

function scalar(type: string, value: unknown, path: string): unknown {
  switch (type) {
    case 'int64':
      return wholeNumber(value, -MAX, MAX, path)
    case 'uint64':
      return wholeNumber(value, 0, MAX, path)
    case 'int32':
      return wholeNumber(value, -(2 ** 31), 2 ** 31 - 1, path)
    case 'uint32':
      return wholeNumber(value, 0, 2 ** 32 - 1, path)
    case 'double':
      if (typeof value === 'number' && Number.isFinite(value)) return value
      throw wrong(path, 'a number')
    case 'bool':
      if (typeof value === 'boolean') return value
      throw wrong(path, 'true or false')
    default:
      if (typeof value === 'string') return value
      throw wrong(path, 'text')
  }
}

function single(type: string, value: unknown, path: string): unknown {
  if (type.startsWith('#')) return enumNumber(type.slice(1), value, path)
  if (!Object.hasOwn(fields, type)) return scalar(type, value, path)
  if (!isObject(value)) throw wrong(path, 'an object')
  return messageOfJson(type, value, `${path}.`)
}

function fieldOfJson(type: string, value: unknown, path: string): unknown {
  if (!type.endsWith('[]')) return single(type, value, path)
  if (!Array.isArray(value)) throw wrong(path, 'a list')
  return value.map((item, i) => single(type.slice(0, -2), item, `${path}[${i}]`))
}

/**
 * A message from its JSON object, for the generated codec: enums as numbers, absent where JSON says `null`.
 *
 * Fields that the schema does not know are kept aside; see {@link unknownFields}.
 *
 * @throws {@link CTraderError} `protocol-violation` for a value of another type or a whole number beyond ±(2^53−1)
 */
export function messageOfJson(name: string, json: unknown, path = ''): object {
  if (!isObject(json)) throw wrong(path === '' ? 'payload' : path, 'an object')
  const types = fields[name] ?? {}
  const message: Record<string, unknown> = {}
  const unknown: [string, unknown][] = []
  for (const [key, value] of Object.entries(json)) {
    const type = Object.hasOwn(types, key) ? types[key] : undefined
    if (type === undefined) unknown.push([key, value])
    else if (value !== null) message[key] = fieldOfJson(type, value, path + key)
  }
  if (unknown.length > 0) putJsonUnknowns(message, Object.fromEntries(unknown))
  return message
}

/**
 * The JSON object of a decoded message: enums as numbers, only what was set.
 *
 * @throws {@link CTraderError} `invalid-argument` for a number that JSON cannot write: it must not become "not set"
 */
export function jsonOfMessage(name: string, message: object): Record<string, unknown> {
  const json: Record<string, unknown> = {}
  for (const [key, type] of Object.entries(fields[name] ?? {})) {
    const value = (message as Json)[key]
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) continue
    const inner = type.endsWith('[]') ? type.slice(0, -2) : type
    json[key] = Array.isArray(value)
      ? value.map(item => jsonValue(inner, item, key))
      : jsonValue(inner, value, key)
  }
  return Object.assign(json, jsonUnknowns(message))
}

function jsonValue(type: string, value: unknown, field: string): unknown {
  if (Object.hasOwn(fields, type)) return jsonOfMessage(type, value as object)
  if (typeof value !== 'number' || Number.isFinite(value)) return value
  throw new CTraderError('invalid-argument', `${field} is ${value}, which JSON cannot say. Set a number.`, {
    path: field,
    expected: 'a finite number',
  })
}
