import type { AnyStrategy } from '@openclaw-trading/bot-engine'
import { isEngineError, range } from '@openclaw-trading/bot-engine/research'
import { InvalidArgumentError } from 'commander'
import { CliError } from '../errors.ts'
import { checkedParams, type GivenParam, paramFacts } from '../project/params.ts'

/** One parameter of a sweep with its values. */
export interface Axis {
  readonly name: string
  readonly values: readonly unknown[]
  /** As it was written. */
  readonly text: string
}

/** Reads `--axis name=from:to:step` or `--axis name=a,b,c`; repeatable, for commander. */
export function readAxis(text: string, before: readonly Axis[] = []): readonly Axis[] {
  const [, name, values = ''] = /^([^=]+)=(.+)$/.exec(text) ?? []
  if (name === undefined)
    throw new InvalidArgumentError('Write name=from:to:step or name=value,value, e.g. period=10:40:5.')
  if (before.some(axis => axis.name === name))
    throw new InvalidArgumentError(`${name} has an axis already; give all of its values in one.`)
  return [...before, { name, values: valuesOf(values), text }]
}

function valuesOf(text: string): readonly unknown[] {
  const parts = text.split(':')
  if (parts.length === 1) return text.split(',').map(readValue)
  const [from = Number.NaN, to = Number.NaN, step = 1] = parts.map(Number)
  try {
    if (parts.length <= 3) return range(from, to, step)
  } catch (error) {
    if (!isEngineError(error)) throw error
  }
  throw new InvalidArgumentError(
    'A range is from:to:step with numbers, to not below from, step above 0, and has at most 1000000 values.',
  )
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/**
 * The grid of some axes, once each parameter is known to the strategy and each value is in its range.
 *
 * @param set - What `--set` states: a parameter has an axis or a value. A preset may have one of each
 * @throws {@link CliError} `usage` without an axis or with both, `invalid-params` with every problem at once
 */
export function gridOf(
  strategy: AnyStrategy,
  axes: readonly Axis[],
  params: Readonly<Record<string, unknown>>,
  set: readonly Pick<GivenParam, 'name' | 'place'>[] = [],
): Readonly<Record<string, readonly unknown[]>> {
  if (axes.length === 0)
    throw new CliError('usage', `Name what to try, e.g. ${example(strategy)}. See claw sweep --help.`)
  const both = set.find(({ name }) => axes.some(axis => axis.name === name))
  if (both !== undefined)
    throw new CliError(
      'usage',
      `${both.name} has an axis and a value (${both.place}), which no run would have. Leave out one of them.`,
    )
  // Rules across parameters, such as fast below slow, are for each combination: here only names and bounds count.
  const problems = axes.flatMap(({ name, values, text }) => {
    for (const value of [values[0], values.at(-1)]) {
      const found = problemsOf(strategy, params, { name, value, place: `--axis ${text}` })
      if (found.length > 0) return found
    }
    return []
  })
  if (problems.length > 0) throw new CliError('invalid-params', [...new Set(problems)].join('\n'))
  return Object.fromEntries(axes.map(({ name, values }) => [name, values]))
}

function problemsOf(
  strategy: AnyStrategy,
  params: Readonly<Record<string, unknown>>,
  given: { readonly name: string; readonly value: unknown; readonly place: string },
): readonly string[] {
  const others = Object.entries(params).map(([name, value]) => ({ name, value, place: '--set' }))
  try {
    checkedParams(strategy, [...others, given])
    return []
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'invalid-params') throw error
    return error.message
      .replace(/^\[invalid-params\] /, '')
      .split('\n')
      .filter(line => line.includes(given.place))
  }
}

function example(strategy: AnyStrategy): string {
  const [name = 'period', { default: value = 10 } = {}] =
    Object.entries(paramFacts(strategy)).find(([, { type }]) => type === 'integer' || type === 'number') ?? []
  return `--axis ${name}=${Number(value)}:${Number(value) * 2}:${Math.max(1, Math.round(Number(value) / 4))}`
}
