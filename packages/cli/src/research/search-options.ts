import { availableParallelism } from 'node:os'
import { OBJECTIVES } from '@openclaw-trading/bot-engine/research'
import type { Command } from 'commander'
import { oneOf, wholeNumber } from '../option-values.ts'
import { type Axis, readAxis } from './axes.ts'

/** What to try, and how. */
export interface SearchOptions {
  readonly axis: readonly Axis[]
  /** Combinations to draw; absent: all. */
  readonly random?: number
  readonly randomSeed: number
  readonly objective: (typeof OBJECTIVES)[number]
  /** A run with fewer trades has no score. Absent: what the engine takes, 30 of a sweep and 1 of a fold. */
  readonly leastTrades?: number
  readonly workers: number
  /** Writes a page. */
  readonly report: boolean
}

const [FIRST = 'sharpe', ...REST] = OBJECTIVES

/** Adds the options of {@link SearchOptions}. */
export function addSearchOptions(command: Command): Command {
  return command
    .option('--axis <name=values>', 'from:to:step, or a,b,c; repeatable', readAxis, [])
    .option('--random <runs>', 'draws so many combinations instead of all', wholeNumber(1, 1_000_000))
    .option('--random-seed <number>', 'of that draw, or of an optimiser', wholeNumber(0, 4_294_967_295), 1)
    .option(
      '--objective <name>',
      `what the best is chosen by: ${OBJECTIVES.join(', ')}`,
      oneOf(FIRST, ...REST),
      FIRST,
    )
    .option(
      '--least-trades <count>',
      'a run with fewer has no score (default: 30 of a sweep, 1 of a fold)',
      wholeNumber(0, 1_000_000),
    )
    .option('--workers <count>', 'threads; 0: none', wholeNumber(0, 256), availableParallelism())
    .option('--no-report', 'writes no page')
}

/** What of it goes to the engine. */
export function searchOf({ random, randomSeed, workers }: SearchOptions) {
  return { workers, ...(random !== undefined && { random: { runs: random, seed: randomSeed } }) }
}
