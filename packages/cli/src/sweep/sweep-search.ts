import type { RandomDraw, SearchOptions } from '@openclaw-trading/bot-engine/research'
import type { Command } from 'commander'
import { CliError } from '../errors.ts'
import { wholeNumber } from '../option-values.ts'
import type { SearchOptions as GivenSearch } from '../research/search-options.ts'
import { importOptimiser } from './optimiser-module.ts'

/** How a sweep goes through its grid. */
export interface SweepSearch {
  /** `grid`, `random`, or the path of a module that exports an optimiser. Absent: what `--random` says. */
  readonly search?: string
  /** Combinations that are tried at most. */
  readonly trials?: number
}

const TRIALS = 100

/** Adds the options of {@link SweepSearch}. */
export function addSweepSearch(command: Command): Command {
  return command
    .option('--search <how>', 'grid (all combinations), random, or a module that exports an optimiser')
    .option(
      '--trials <count>',
      `of a random search or an optimiser (default ${TRIALS})`,
      wholeNumber(1, 100_000),
    )
}

/** What of it goes to the engine. @throws {@link CliError} `usage` for options that contradict each other */
export async function sweepSearchOf(
  asked: SweepSearch & GivenSearch,
  cwd: string,
): Promise<{ readonly random?: RandomDraw; readonly search?: SearchOptions }> {
  const { search, trials, random, randomSeed: seed, objective, leastTrades } = asked
  if (search !== undefined && random !== undefined)
    throw new CliError('usage', `Both --search ${search} and --random ${random} are given. Give one of them.`)
  if (trials !== undefined && (search === undefined || search === 'grid'))
    throw new CliError(
      'usage',
      '--trials says how often to try, which a grid says itself. Add --search random or a module.',
    )
  if (random !== undefined) return { random: { runs: random, seed } }
  if (search === undefined || search === 'grid') return {}
  if (search === 'random') return { random: { runs: trials ?? TRIALS, seed } }
  const optimiser = await importOptimiser(search, cwd)
  return {
    search: {
      optimiser,
      trials: trials ?? TRIALS,
      seed,
      objective,
      ...(leastTrades !== undefined && { leastTrades }),
    },
  }
}
