import { pathToFileURL } from 'node:url'
import { type QuoteFilterOptions, type RiskLimits, WIDE_QUOTE_LIMITS } from '@openclaw-trading/bot-engine'
import { BotId } from '@openclaw-trading/control-plane/client'
import { z } from 'zod'
import { asSentence, type Issue, ServerError } from '../errors.ts'
import { nearestWord } from './nearest.ts'
import { REFERENCE_STRATEGIES } from './reference-strategies.ts'
import type { StrategyEntry } from './strategy-entry.ts'

/** The strategies of a server: an explicit list, never a path from a row or a request. */
export interface StrategyRegistry {
  readonly entries: readonly StrategyEntry[]
  /** @throws {@link ServerError} `unknown-bot`, with the nearest known id */
  get(botId: string): StrategyEntry
}

/** Limits of every run; a backtest that shall equal a run takes them too. Account-wide limits come with governance. */
export const DEFAULT_RISK: RiskLimits = { stopLossRequired: true, maxOrdersPerMinute: 20 }

/**
 * Limits of the filter of quotes in a replay. A recording states no hours, so a silence may be a weekend; a backtest
 * that shall equal the run takes them too.
 */
export const REPLAY_QUOTE_FILTER: Omit<QuoteFilterOptions, 'instrument'> = {
  ...WIDE_QUOTE_LIMITS,
  pauseMs: 4 * 86_400_000,
}

/** Makes a registry of entries; of two with one id the later wins. */
export function createRegistry(entries: readonly StrategyEntry[] = REFERENCE_STRATEGIES): StrategyRegistry {
  const byId = new Map(entries.map(entry => [entry.botId, entry]))
  return {
    entries: [...byId.values()],
    get(botId) {
      const entry = byId.get(botId)
      if (entry !== undefined) return entry
      const near = nearestWord(botId, [...byId.keys()])
      throw new ServerError(
        'unknown-bot',
        `There is no bot ${botId}. ${near ? `Did you mean ${near}?` : `Known: ${[...byId.keys()].join(', ')}.`}`,
      )
    },
  }
}

/**
 * Loads further strategies from a file that exports `strategies: StrategyEntry[]`, beside the reference ones.
 *
 * The file comes from the command line or a test, never from a row or a request.
 *
 * @param signal - Ends the wait for a file that itself waits at its top level.
 * @throws {@link ServerError} `config-invalid` when it cannot be loaded or an entry lacks a field; the reason of `signal`
 */
export async function loadRegistry(file?: string, signal?: AbortSignal): Promise<StrategyRegistry> {
  if (file === undefined) return createRegistry()
  const { strategies } = await untilAborted(importStrategies(file), signal)
  if (!Array.isArray(strategies))
    throw new ServerError(
      'config-invalid',
      `${file} exports no list "strategies". Export one of { botId, name, strategy, … }.`,
    )
  const issues = strategies.flatMap(entryIssues)
  if (issues.length > 0)
    throw new ServerError(
      'config-invalid',
      `${file} exports strategies that are not complete:${issues.map(issue => `\n  - ${issue.path}: ${issue.message}`).join('')}\nCorrect them and start again.`,
      { issues },
    )
  return createRegistry([...REFERENCE_STRATEGIES, ...strategies])
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  let stop = (): void => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

async function importStrategies(file: string): Promise<{ readonly strategies?: unknown }> {
  try {
    return await import(pathToFileURL(file).href)
  } catch (cause) {
    throw new ServerError(
      'config-invalid',
      `The strategies of ${file} cannot be loaded: ${asSentence(cause instanceof Error ? cause.message : String(cause))} Correct the file or the path after --strategies.`,
      { cause },
    )
  }
}

const EntryShape = z.looseObject({
  botId: BotId,
  name: z.string().min(1),
  description: z.string(),
  hypothesis: z.string(),
  symbol: z.string().min(1),
  timeframes: z.array(z.string()).min(1),
  module: z.string().min(1),
  strategy: z.looseObject({
    name: z.string(),
    params: z.custom(value => value instanceof Object && 'safeParse' in value, 'must be a Zod schema'),
  }),
})

function entryIssues(entry: unknown, index: number): Issue[] {
  const parsed = EntryShape.safeParse(entry)
  if (parsed.success) return []
  return parsed.error.issues.map(issue => ({
    path: ['strategies', index, ...issue.path].map(String).join('.'),
    message: issue.message,
  }))
}

/** The JSON Schema of a strategy's parameters, for forms. */
export function paramsSchemaOf(entry: StrategyEntry): Record<string, unknown> {
  return z.toJSONSchema(entry.strategy.params, { io: 'input', unrepresentable: 'any' })
}
