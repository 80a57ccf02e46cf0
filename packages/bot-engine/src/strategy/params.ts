import type { z } from 'zod'
import { EngineError } from '../errors.ts'
import { checkFeeds } from './check-definition.ts'
import type { AnyStrategy } from './define.ts'
import type { EntryProtection } from './entry-protection.ts'
import type { Feeds } from './feeds.ts'

/** Most bars of history that a feed may ask for: two full answers of the broker. */
export const MAX_HISTORY_BARS = 10_000

/**
 * Checks parameters against a strategy's schema and fills in the defaults.
 *
 * @throws {@link EngineError} `invalid-params` listing every problem
 */
export function parseParams<S extends AnyStrategy>(strategy: S, params: unknown): z.output<S['params']> {
  // Compiled by zod it would be parsed in 1 µs and not in 4, after a millisecond that only thousands of runs pay back.
  const result = strategy.params.safeParse(params, { jitless: true })
  if (result.success) return result.data
  const issues = result.error.issues.map((issue: z.core.$ZodIssue) => ({
    path: issue.path.join('.'),
    message: issue.message,
  }))
  const listed = issues.map(({ path, message }: { path: string; message: string }) =>
    path === '' ? message : `${path}: ${message}`,
  )
  throw new EngineError(
    'invalid-params',
    `${issues.length} parameter problem(s) of strategy "${strategy.name}": ${listed.join('; ')}. ` +
      'Correct them; the ranges stand in the params schema of the strategy.',
    { cause: result.error, details: { strategy: strategy.name, issues } },
  )
}

/**
 * Asks a strategy for its feeds and checks them.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function readFeeds(strategy: AnyStrategy, params: unknown): Feeds {
  const feeds: unknown = strategy.feeds(params)
  checkFeeds(strategy.name, feeds)
  for (const [name, { history = 0 }] of Object.entries(feeds))
    if (!Number.isInteger(history) || history < 0 || history > MAX_HISTORY_BARS)
      throw new EngineError(
        'invalid-options',
        `Feed "${name}" of "${strategy.name}" asks for ${history} bars of history. Use 0 to ${MAX_HISTORY_BARS}.`,
      )
  return feeds
}

/**
 * Asks a strategy for its protections.
 *
 * @param more - What the run is given besides; they stand behind those of the strategy.
 * @throws {@link EngineError} `invalid-options` for what is no protection
 */
export function readProtections(
  strategy: AnyStrategy,
  params: unknown,
  more: readonly EntryProtection[] = [],
): readonly EntryProtection[] {
  const own: readonly EntryProtection[] = strategy.protections?.(params) ?? []
  for (const [index, protection] of own.entries())
    if (typeof protection?.start !== 'function')
      throw new EngineError(
        'invalid-options',
        `Protection ${index} of "${strategy.name}" is ${JSON.stringify(protection)}. Make it with cooldown(), ` +
          'maxDrawdown() or another of these functions.',
        { details: { strategy: strategy.name, index } },
      )
  return [...own, ...more]
}

/** Names of the instruments that feeds watch beside the one traded, each once. */
export function watchedSymbols(feeds: Feeds, traded: string): readonly string[] {
  const names = Object.values(feeds).flatMap(({ symbol }) => (symbol === undefined ? [] : [symbol]))
  return [...new Set(names)].filter(name => name !== traded)
}
