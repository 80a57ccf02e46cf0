import { SimulatorError } from '../errors.ts'
import type { Fault, FaultName, FaultScope } from './fault.ts'
import {
  FAULT_TABLE,
  faultNames,
  MAX_LISTED_TYPES,
  MAX_TEXT,
  MAX_VALUE_TEXT,
  type Parameter,
} from './table.ts'

/** Most times that a fault may be limited to. */
export const MAX_TIMES = 1_000_000

/** Checks a fault that came from outside. @throws {@link SimulatorError} `invalid-options` */
export function faultOf(value: Readonly<Record<string, unknown>>): Fault {
  const { type, ...given } = value
  if (!isFaultName(type)) throw bad('type', type, faultNames.join(', '))
  const parameters: Readonly<Record<string, Parameter>> = FAULT_TABLE[type].parameters
  for (const name of Object.keys(given))
    if (!Object.hasOwn(parameters, name))
      throw bad(name, given[name], Object.keys(parameters).join(', ') || 'no parameter')
  for (const [name, parameter] of Object.entries(parameters)) {
    const part = given[name]
    if (part === undefined ? !parameter.optional : !fits(part, parameter))
      throw bad(`${type}.${name}`, part, allowed(parameter))
  }
  return value as unknown as Fault
}

/** Checks a scope that came from outside. @throws {@link SimulatorError} `invalid-options` */
export function scopeOf({ connection, times, probability }: FaultScope): FaultScope {
  if (connection !== undefined && (typeof connection !== 'string' || connection.length > MAX_TEXT))
    throw bad('connection', connection, 'the id of a connection')
  if (times !== undefined && !(Number.isInteger(times) && times >= 1 && times <= MAX_TIMES))
    throw bad('times', times, `a whole number from 1 to ${MAX_TIMES}`)
  if (probability !== undefined && !(probability > 0 && probability <= 1))
    throw bad('probability', probability, 'a number above 0 up to 1')
  return {
    ...(connection === undefined ? {} : { connection }),
    ...(times === undefined ? {} : { times }),
    ...(probability === undefined ? {} : { probability }),
  }
}

/** Reads `name=value` words, as a command line has them, by the table. @throws {@link SimulatorError} `invalid-options` */
export function faultFromWords(type: string, words: readonly string[]): Fault {
  const parameters: Readonly<Record<string, Parameter>> = isFaultName(type)
    ? FAULT_TABLE[type].parameters
    : {}
  const parts = words.map(word => {
    const at = word.indexOf('=')
    if (at < 1) throw bad('word', word, 'name=value')
    const name = word.slice(0, at)
    const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined
    return [name, wordAs(word.slice(at + 1), parameter)] as const
  })
  return faultOf({ type, ...Object.fromEntries(parts) })
}

function wordAs(word: string, parameter: Parameter | undefined): unknown {
  switch (parameter?.kind) {
    case 'number':
      return word.trim() === '' ? Number.NaN : Number(word)
    case 'numbers':
      return word.split(',').map(part => (part.trim() === '' ? Number.NaN : Number(part)))
    case 'flag':
      return word === 'true' ? true : word === 'false' ? false : word
    case 'value':
      return parsedValue(word)
    default:
      return word
  }
}

/** JSON, or the word itself where it is none. */
function parsedValue(word: string): unknown {
  try {
    return JSON.parse(word) as unknown
  } catch {
    return word
  }
}

function isFaultName(value: unknown): value is FaultName {
  return typeof value === 'string' && Object.hasOwn(FAULT_TABLE, value)
}

function fits(value: unknown, parameter: Parameter): boolean {
  switch (parameter.kind) {
    case 'number':
      return (
        Number.isSafeInteger(value) && Number(value) >= parameter.least && Number(value) <= parameter.most
      )
    case 'numbers':
      return (
        Array.isArray(value) &&
        value.length >= 1 &&
        value.length <= MAX_LISTED_TYPES &&
        value.every(each => Number.isSafeInteger(each) && each >= 0)
      )
    case 'text':
      return typeof value === 'string' && value.length >= 1 && value.length <= MAX_TEXT
    case 'flag':
      return typeof value === 'boolean'
    case 'value':
      return (JSON.stringify(value)?.length ?? MAX_VALUE_TEXT + 1) <= MAX_VALUE_TEXT
    default:
      return typeof value === 'string' && parameter.of.includes(value)
  }
}

/** Which values a parameter takes, in words. */
export function allowed(parameter: Parameter): string {
  switch (parameter.kind) {
    case 'number':
      return parameter.most === Number.MAX_SAFE_INTEGER
        ? `a whole number from ${parameter.least}`
        : `a whole number from ${parameter.least} to ${parameter.most}`
    case 'numbers':
      return `1 to ${MAX_LISTED_TYPES} payload types`
    case 'text':
      return `1 to ${MAX_TEXT} characters`
    case 'flag':
      return 'true, false'
    case 'value':
      return `JSON of at most ${MAX_VALUE_TEXT} characters`
    default:
      return parameter.of.join(', ')
  }
}

function bad(name: string, value: unknown, wanted: string): SimulatorError {
  return new SimulatorError('invalid-options', `${name} is ${String(value)}. Allowed: ${wanted}.`, {
    details: { name, value: String(value) },
  })
}
