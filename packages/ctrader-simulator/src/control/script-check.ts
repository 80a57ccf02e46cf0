import type {
  AccessRights,
  OutcomeMatch,
  OutcomeRule,
  ScriptedOutcome,
} from '@openclaw-trading/bot-engine/simulation'
import { SimulatorError } from '../errors.ts'

/** Every kind of rights. */
export const ACCESS_RIGHTS: readonly AccessRights[] = ['full-access', 'close-only', 'no-trading', 'no-login']

type Kind = 'number' | 'string' | 'boolean' | 'numbers'

const OUTCOME: { readonly [K in keyof Required<ScriptedOutcome>]: Kind } = {
  latencyMs: 'number',
  fillDelayMs: 'number',
  followUpMs: 'number',
  slippageTicks: 'number',
  fill: 'numbers',
  restStays: 'boolean',
  reject: 'string',
  rejectAfterAcceptance: 'string',
}
const MATCH: { readonly [K in keyof Required<OutcomeMatch>]: Kind } = {
  symbolId: 'number',
  side: 'string',
  label: 'string',
  request: 'string',
}
const RULE = ['match', 'times', 'outcome']

/** Checks the shape of rules that may come from outside; their numbers are checked where they count. @throws {@link SimulatorError} `invalid-options` */
export function checkedRules(rules: unknown): readonly OutcomeRule[] {
  if (!Array.isArray(rules)) throw bad('rules', rules, 'a list')
  for (const rule of rules as readonly unknown[]) {
    const { match = {}, outcome } = fieldsOf('rule', rule, RULE)
    check('match', match, MATCH)
    check('outcome', outcome, OUTCOME)
  }
  return rules as readonly OutcomeRule[]
}

function check(name: string, value: unknown, kinds: Readonly<Record<string, Kind>>): void {
  for (const [field, part] of Object.entries(fieldsOf(name, value, Object.keys(kinds))))
    if (part !== undefined && !isOf(part, kinds[field]))
      throw bad(`${name}.${field}`, part, `a ${kinds[field]}`)
}

function isOf(part: unknown, kind: Kind | undefined): boolean {
  if (kind !== 'numbers') return typeof part === kind
  return Array.isArray(part) && part.every(each => typeof each === 'number')
}

function fieldsOf(name: string, value: unknown, known: readonly string[]): Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw bad(name, value, 'an object')
  for (const field of Object.keys(value))
    if (!known.includes(field)) throw bad(`${name}.${field}`, 'unknown', known.join(', '))
  return value as Record<string, unknown>
}

function bad(name: string, value: unknown, allowed: string): SimulatorError {
  return new SimulatorError('invalid-options', `${name} is ${String(value)}. Allowed: ${allowed}.`, {
    details: { name, value: String(value) },
  })
}
