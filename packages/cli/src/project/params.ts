import type { AnyStrategy } from '@openclaw-trading/bot-engine'
import { z } from 'zod'
import { CliError } from '../errors.ts'
import { nearest } from '../nearest.ts'

/** One parameter as it was given, and where: `--set period=20`, or a line of a preset. */
export interface GivenParam {
  readonly name: string
  readonly value: unknown
  /** E.g. `presets/calm.json:4`. */
  readonly place: string
}

/** A parameter as a schema describes it. */
interface ParamFacts {
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly default?: unknown
}

/** Names and bounds of a strategy's parameters, from its schema. */
export function paramFacts(strategy: AnyStrategy): Readonly<Record<string, ParamFacts>> {
  const schema: { readonly properties?: Record<string, ParamFacts> } = Object(
    z.toJSONSchema(strategy.params, { io: 'input', unrepresentable: 'any' }),
  )
  return schema.properties ?? {}
}

/** Reads `name=value`; the value is JSON where it can be, else text. @throws {@link CliError} `usage` */
export function readAssignment(text: string): GivenParam {
  const at = text.indexOf('=')
  if (at < 1)
    throw new CliError('usage', `"${text}" sets nothing. Write --set name=value, e.g. --set period=20.`)
  return { name: text.slice(0, at), value: readValue(text.slice(at + 1)), place: `--set ${text}` }
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Reads a preset: a JSON object of parameters. @throws {@link CliError} `invalid-params` */
export function readPreset(text: string, file: string): readonly GivenParam[] {
  const parsed = readValue(text)
  if (!(parsed instanceof Object) || Array.isArray(parsed))
    throw new CliError(
      'invalid-params',
      `${file} is no preset. It must be a JSON object of parameters, e.g. {"period": 20}.`,
    )
  const lines = text.split('\n')
  return Object.entries(parsed).map(([name, value]) => ({
    name,
    value,
    place: `${file}:${lines.findIndex(line => line.includes(`"${name}"`)) + 1}`,
  }))
}

/**
 * Checks what was given against a strategy's schema; of two values of one name the later counts.
 *
 * @returns the parameters as given, without defaults
 * @throws {@link CliError} `invalid-params` with every problem at once: unknown names with the nearest known one,
 *   values with their bounds and default, and rules across parameters with the values that break them
 */
export function checkedParams(
  strategy: AnyStrategy,
  given: readonly GivenParam[],
): Readonly<Record<string, unknown>> {
  const facts = paramFacts(strategy)
  const known = Object.keys(facts)
  const byName = new Map(given.map(param => [param.name, param]))
  const problems = [...byName.values()]
    .filter(({ name }) => !known.includes(name))
    .map(({ name, place }) => unknownName(strategy.name, name, place, known))
  const params = Object.fromEntries([...byName.values()].map(({ name, value }) => [name, value]))
  const parsed = strategy.params.safeParse(params)
  if (!parsed.success)
    for (const issue of parsed.error.issues)
      problems.push(problemOf(strategy.name, issue, byName, facts, params))
  if (problems.length === 0) return params
  throw new CliError('invalid-params', problems.join('\n'))
}

function unknownName(strategy: string, name: string, place: string, known: readonly string[]): string {
  const near = nearest(name, known)
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`
  return `${strategy} has no parameter "${name}" (${place}).${hint} Known: ${known.join(', ') || 'none'}.`
}

function problemOf(
  strategy: string,
  issue: z.core.$ZodIssue,
  given: ReadonlyMap<string, GivenParam>,
  facts: Readonly<Record<string, ParamFacts>>,
  params: Readonly<Record<string, unknown>>,
): string {
  const name = issue.path.map(String).join('.')
  const fact = facts[name]
  if (fact === undefined) return acrossParams(strategy, issue.message, facts, params)
  const place = given.get(name)?.place
  const value = JSON.stringify(params[name])
  const byDefault = fact.default === undefined ? '' : ` (default ${JSON.stringify(fact.default)})`
  return `${strategy}.${name} = ${value} ${broken(issue, fact)}${byDefault}.${place === undefined ? '' : ` Given in ${place}.`}`
}

function broken(issue: z.core.$ZodIssue, fact: ParamFacts): string {
  if (issue.code === 'too_big')
    return issue.inclusive === false
      ? `must be below ${String(issue.maximum)}`
      : `is above its maximum ${String(issue.maximum)}`
  if (issue.code === 'too_small')
    return issue.inclusive === false
      ? `must be above ${String(issue.minimum)}`
      : `is below its minimum ${String(issue.minimum)}`
  if (fact.enum !== undefined) return `is not one of ${fact.enum.map(String).join(', ')}`
  const bounds = [fact.minimum ?? fact.exclusiveMinimum, fact.maximum ?? fact.exclusiveMaximum]
  const within = bounds.every(bound => bound === undefined)
    ? ''
    : ` from ${bounds[0] ?? '−∞'} to ${bounds[1] ?? '∞'}`
  return `is no ${fact.type ?? 'such value'}${within}`
}

/** A rule over several parameters: the schema names none, so all that its words name are told with their values. */
function acrossParams(
  strategy: string,
  message: string,
  facts: Readonly<Record<string, ParamFacts>>,
  params: Readonly<Record<string, unknown>>,
): string {
  const named = Object.keys(facts).filter(name => new RegExp(`\\b${name}\\b`).test(message))
  const values = named.map(name => `${name} ${JSON.stringify(params[name] ?? facts[name]?.default)}`)
  const told = values.length === 0 ? '' : ` (${values.join(', ')})`
  return `${strategy}: ${message}${told}. With these values it cannot trade as meant.`
}
