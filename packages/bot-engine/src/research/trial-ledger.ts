import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { EngineError } from '../errors.ts'
import { deviationOf } from '../statistics/sample.ts'

/** One run, as it is counted. */
export interface Trial {
  /** Name of the strategy. */
  readonly strategy: string
  /** {@link dataHash} of what it ran on. */
  readonly data: string
  /** What tells it from other trials: parameters, and the hash of everything else that was given. */
  readonly key: string
  /** Sharpe ratio per day, not annualised; `undefined` where the run gives none. */
  readonly sharpe: number | undefined
}

/** What was tried on a data set so far. */
export interface TrialCount {
  /** Runs, repeated ones too. */
  readonly runs: number
  /** Different trials: the N of the deflated Sharpe ratio. The same run again is no new trial. */
  readonly trials: number
  /** Sample variance of the trials' Sharpe ratios per day; `undefined` below two that have one. */
  readonly sharpeVariance: number | undefined
  /** Lines that could not be read, e.g. of a process that was killed while it wrote. */
  readonly damagedLines: number
}

/** Counts every run per data set and strategy, so that a Sharpe ratio can be judged by how often one tried. */
export interface TrialLedger {
  readonly path: string
  /** Appends trials; several processes may do so at a time. @throws {@link EngineError} `data-invalid` when it is full */
  record(trials: readonly Trial[]): void
  /** What was tried with a strategy on a data set; without a strategy: with all of them. */
  count(of: { readonly data: string; readonly strategy?: string }): TrialCount
}

interface Line {
  readonly at: string
  readonly strategy: string
  readonly data: string
  readonly key: string
  readonly sharpe?: number
}

/** About a million runs. */
const MOST_BYTES = 256 * 1024 * 1024

/**
 * Opens the ledger of trials in a file with one JSON line for each run; it grows only.
 *
 * Lines are appended with one write each time, which the system places behind all others: writers of several
 * processes do not mix. Whoever deletes the file forgets how often they tried, and is told a Sharpe ratio that is too
 * good.
 *
 * @param path - Default: `.claw/trials.jsonl`.
 */
export function createTrialLedger(path = '.claw/trials.jsonl'): TrialLedger {
  return {
    path,
    record(trials) {
      if (trials.length === 0) return
      mkdirSync(dirname(path), { recursive: true })
      checkSize(path)
      // A leading newline: a line that a killed process left unfinished spoils no other.
      appendFileSync(path, `\n${trials.map(lineOf).join('\n')}\n`)
    },
    count: of => countIn(path, of),
  }
}

function lineOf({ strategy, data, key, sharpe }: Trial): string {
  const line: Line = {
    at: new Date().toISOString(),
    strategy,
    data,
    key: createHash('sha256').update(key).digest('hex').slice(0, 16),
    ...(sharpe !== undefined && { sharpe }),
  }
  return JSON.stringify(line)
}

function checkSize(path: string): void {
  const bytes = existsSync(path) ? statSync(path).size : 0
  if (bytes < MOST_BYTES) return
  throw new EngineError(
    'data-invalid',
    `The ledger of trials ${path} has ${bytes} bytes, ${MOST_BYTES} are the most. Move it to an archive: from then on trials are counted anew, so note how many there were.`,
    { details: { path, bytes } },
  )
}

function countIn(
  path: string,
  { data, strategy }: { readonly data: string; readonly strategy?: string },
): TrialCount {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const sharpes = new Map<string, number | undefined>()
  let runs = 0
  let damagedLines = 0
  for (const line of text.split('\n')) {
    if (line === '') continue
    const found = readLine(line)
    if (found === undefined) damagedLines += 1
    else if (found.data === data && (strategy === undefined || found.strategy === strategy)) {
      runs += 1
      sharpes.set(`${found.strategy} ${found.key}`, found.sharpe)
    }
  }
  const known = [...sharpes.values()].filter(sharpe => sharpe !== undefined)
  const deviation = deviationOf(known)
  return {
    runs,
    trials: sharpes.size,
    sharpeVariance: deviation === undefined ? undefined : deviation ** 2,
    damagedLines,
  }
}

function readLine(text: string): Line | undefined {
  try {
    const line = JSON.parse(text) as Partial<Line>
    const { strategy, data, key, sharpe } = line
    const isLine = typeof strategy === 'string' && typeof data === 'string' && typeof key === 'string'
    return isLine && (sharpe === undefined || Number.isFinite(sharpe)) ? (line as Line) : undefined
  } catch {
    return undefined
  }
}
