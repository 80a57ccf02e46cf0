import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Real market data, kept beside the project and never in it. */
const MARKET_DATA = fileURLToPath(new URL('../../shared/data/', import.meta.url))

/** The file of 1.3 million real XAUUSD ticks of May 2014. */
export const XAUUSD_TICKS = join(MARKET_DATA, 'ticks', 'xauusd_ticks_oanda_2014-05-01_2014-05-09.csv.gz')

/** Where a program is on the PATH. */
export function findProgram(...names: readonly string[]): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter))
    for (const name of names) if (existsSync(join(folder, name))) return join(folder, name)
  return undefined
}

/** Debian's or any other Chromium. */
export const CHROMIUM = findProgram('chromium', 'chromium-browser', 'google-chrome')

/**
 * Whether tests that need something may be skipped because it is missing.
 *
 * With CLAW_TEST_REQUIRE=all nothing is skipped: such a test then fails on what is missing.
 */
export function skipWithout(present: boolean): boolean {
  return !present && process.env['CLAW_TEST_REQUIRE'] !== 'all'
}

/**
 * The cases to run of a table whose rows are of the same kind: in CI some that together have every column's values.
 *
 * With CLAW_TEST_FULL=1 all of them.
 */
export function casesOf<T>(all: readonly T[], isInShortRun: (item: T) => boolean): readonly T[] {
  return process.env['CLAW_TEST_FULL'] === '1' ? all : all.filter(isInShortRun)
}
