import { unixMs } from '@openclaw-trading/trading-model'
import { SimulatorError } from '../errors.ts'
import type { FaultSwitch } from '../faults/fault-board.ts'
import type { SimulatorControl } from './control.ts'

/** What a control port can be told; the rest of an order are its arguments. */
export const ORDER_NAMES = [
  'set',
  'clear',
  'status',
  'advance',
  'jump',
  'pause',
  'resume',
  'speed',
  'quote',
  'disconnect',
  'script',
  'deposit',
  'access-rights',
  'change-instrument',
] as const

/** Carries out an order that came from outside. @throws {@link SimulatorError} `invalid-options` */
export function runOrder(control: SimulatorControl, order: unknown): unknown {
  if (order === null || typeof order !== 'object') throw bad('order', typeof order, 'an object')
  const { do: name, ...given } = order as Record<string, unknown>
  switch (name) {
    case 'set':
      return set(control, given)
    case 'clear':
      return control.faults.clear(optional(given, 'id', 'number'))
    case 'status':
      return statusOf(control)
    case 'advance':
      return control.clock.advance(required(given, 'ms', 'number'))
    case 'jump':
      return control.clock.jump(unixMs(required(given, 'at', 'number')))
    case 'pause':
      return control.clock.pause()
    case 'resume':
      return control.clock.resume()
    case 'speed':
      return control.clock.speed(required(given, 'factor', 'number'))
    case 'quote': {
      const ask = optional(given, 'ask', 'number')
      const quote = { bid: required(given, 'bid', 'number'), ...(ask === undefined ? {} : { ask }) }
      return control.quote(required(given, 'symbol', 'string'), quote)
    }
    case 'disconnect':
      return control.disconnect(optional(given, 'connection', 'string'))
    case 'script':
      return control.script(given['rules'] as never, optional(given, 'account', 'number'))
    case 'deposit':
      return control.deposit(
        required(given, 'amount', 'number'),
        optional(given, 'note', 'string'),
        optional(given, 'account', 'number'),
      )
    case 'access-rights':
      return control.accessRights(
        required(given, 'rights', 'string') as never,
        optional(given, 'account', 'number'),
      )
    case 'change-instrument': {
      const { change } = given
      if (change === null || typeof change !== 'object') throw bad('change', change, 'an object')
      return control.changeInstrument(required(given, 'symbol', 'string'), change)
    }
    default:
      throw bad('do', name, ORDER_NAMES.join(', '))
  }
}

function set(control: SimulatorControl, given: Record<string, unknown>): unknown {
  const { fault, scope = {} } = given
  if (fault === null || typeof fault !== 'object') throw bad('fault', fault, 'an object with a type')
  if (scope === null || typeof scope !== 'object') throw bad('scope', scope, 'an object')
  // The switchboard checks what is inside.
  return described(control.faults.set(fault as never, scope))
}

function statusOf({ faults, clock, connections }: SimulatorControl): unknown {
  return { now: clock.now(), connections: connections(), faults: faults.active.map(described) }
}

function described({ id, fault, scope, strikes, isOn }: FaultSwitch): unknown {
  return { id, fault, scope, strikes, isOn }
}

interface Kinds {
  readonly number: number
  readonly string: string
}

function optional<Kind extends keyof Kinds>(
  given: Record<string, unknown>,
  name: string,
  kind: Kind,
): Kinds[Kind] | undefined {
  const value = given[name]
  if (value === undefined) return undefined
  if (typeof value !== kind) throw bad(name, value, `a ${kind}`)
  return value as Kinds[Kind]
}

function required<Kind extends keyof Kinds>(
  given: Record<string, unknown>,
  name: string,
  kind: Kind,
): Kinds[Kind] {
  const value = optional(given, name, kind)
  if (value === undefined) throw bad(name, value, `a ${kind}`)
  return value
}

function bad(name: string, value: unknown, allowed: string): SimulatorError {
  return new SimulatorError('invalid-options', `${name} is ${String(value)}. Allowed: ${allowed}.`, {
    details: { name, value: String(value) },
  })
}
