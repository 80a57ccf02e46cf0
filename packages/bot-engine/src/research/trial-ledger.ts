import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { unwritable } from '../data/store/durable-file.ts'
import { EngineError } from '../errors.ts'
import { deviationOf } from '../statistics/sample.ts'
import type { TimeSpan } from './folds.ts'

/** One run, as it is counted. */
export interface Trial {
  /** Name of the strategy. */
  readonly strategy: string
  /** What was traded: the symbol, or a made-up market of it. */
  readonly market: string
  /** What the rows were: a timeframe, or `ticks`. */
  readonly rows: string
  /** {@link dataHash} of what it ran on. */
  readonly data: string
  /** What tells it from other trials: parameters, and the hash of everything else that was given. */
  readonly key: string
  /** Time of the rows that it ran over. */
  readonly span: TimeSpan
  /** Time of the equity that `sharpe` is of: all of the run, or the part that one chooses by. */
  readonly judged: TimeSpan
  /** Sharpe ratio per day, not annualised; `undefined` where the run gives none. */
  readonly sharpe: number | undefined
}

/** Which trials to count. */
export interface TrialQuestion {
  /** What was traded, as {@link Trial.market}. */
  readonly market: string
  /** Time of the result that is judged: trials over rows of it count, of whatever strategy. */
  readonly span: TimeSpan
  /** {@link dataHash} of the rows: lines of earlier versions, which state no market and no time, count for the same data. */
  readonly data?: string
  /** What those rows are, as {@link Trial.rows}. */
  readonly rows?: string
  /** A trial that is not counted, whatever it ran over. */
  readonly except?: Trial
}

/** What was tried on a market so far. */
export interface TrialCount {
  /** Runs, repeated ones and each span of a walk-forward too. */
  readonly runs: number
  /** Different trials: the N of the deflated Sharpe ratio. The same run again, or over other rows of the span, is no new one. */
  readonly trials: number
  /** Sample variance of the Sharpe ratios per day over the span itself; `undefined` below two trials that have one. */
  readonly sharpeVariance: number | undefined
  /** Trials over other spans alone: they count, and their Sharpe ratios, which err by as much as their own lengths say, do not. */
  readonly otherSpans: number
  /** Lines that could not be read, e.g. of a process that was killed while it wrote. */
  readonly damagedLines: number
}

/** Counts every run by market and time, so that a Sharpe ratio can be judged by how often one tried. */
export interface TrialLedger {
  readonly path: string
  /** Appends trials; several processes may do so at a time. @throws {@link EngineError} `data-invalid` when it is full, `not-writable` */
  record(trials: readonly Trial[]): void
  /** What was tried on a market over rows of a span, with all strategies: who chooses among strategies has tried them all. */
  count(of: TrialQuestion): TrialCount
}

/** Times are first and last; what an earlier version wrote has none, and no market. */
interface Line {
  readonly at: string
  readonly strategy: string
  readonly market?: string
  readonly rows?: string
  readonly data: string
  readonly key: string
  readonly from?: number
  readonly to?: number
  readonly judgedFrom?: number
  readonly judgedTo?: number
  readonly sharpe?: number
}

/** About a million runs. */
const MOST_BYTES = 256 * 1024 * 1024
/**
 * Spans whose ends differ by less are one: a Sharpe ratio is of days, and a bar more or less, or a feed of another
 * timeframe, moves the last sample by a day at most.
 */
const SAME_SPAN_MS = 86_400_000

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
      try {
        appendFileSync(path, `\n${trials.map(lineOf).join('\n')}\n`)
      } catch (cause) {
        throw unwritable(path, cause)
      }
    },
    count: of => countIn(path, of),
  }
}

function lineOf({ strategy, market, rows, data, key, span, judged, sharpe }: Trial): string {
  const line: Line = {
    at: new Date().toISOString(),
    strategy,
    market,
    rows,
    data,
    key: keyHash(key),
    from: span.from,
    to: span.to,
    judgedFrom: judged.from,
    judgedTo: judged.to,
    ...(sharpe !== undefined && { sharpe }),
  }
  return JSON.stringify(line)
}

function keyHash(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 16)
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

function countIn(path: string, asked: TrialQuestion): TrialCount {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const left = asked.except && idOf({ ...asked.except, key: keyHash(asked.except.key) })
  const tried = new Set<string>()
  /** Sharpe ratios over the span itself. */
  const sharpes = new Map<string, number | undefined>()
  let runs = 0
  let damagedLines = 0
  for (const line of text.split('\n')) {
    if (line === '') continue
    const found = readLine(line)
    if (found === undefined) damagedLines += 1
    if (found === undefined || !counts(found, asked)) continue
    const id = idOf({ rows: asked.rows, ...found })
    if (id === left) continue
    runs += 1
    tried.add(id)
    if (isOver(found, asked.span)) sharpes.set(id, found.sharpe)
  }
  const deviation = deviationOf([...sharpes.values()].filter(sharpe => sharpe !== undefined))
  return {
    runs,
    trials: tried.size,
    sharpeVariance: deviation === undefined ? undefined : deviation ** 2,
    otherSpans: tried.size - sharpes.size,
    damagedLines,
  }
}

/** What one trial has in common over all spans that it was run on. */
function idOf({
  strategy,
  rows,
  key,
}: {
  readonly strategy: string
  readonly rows?: string | undefined
  readonly key: string
}): string {
  return `${strategy} ${rows ?? ''} ${key}`
}

function counts({ market, data, from, to }: Line, asked: TrialQuestion): boolean {
  if (market === undefined || from === undefined || to === undefined) return data === asked.data
  return market === asked.market && from < asked.span.to && to > asked.span.from
}

function isOver({ judgedFrom, judgedTo }: Line, { from, to }: TimeSpan): boolean {
  if (judgedFrom === undefined || judgedTo === undefined) return false
  return Math.abs(judgedFrom - from) <= SAME_SPAN_MS && Math.abs(judgedTo - to) <= SAME_SPAN_MS
}

function readLine(text: string): Line | undefined {
  try {
    const line = JSON.parse(text) as Partial<Line>
    const { strategy, data, key, market, rows, from, to, judgedFrom, judgedTo, sharpe } = line
    const isLine = [strategy, data, key].every(value => typeof value === 'string')
    const isText = [market, rows].every(value => value === undefined || typeof value === 'string')
    const isNumber = [from, to, judgedFrom, judgedTo, sharpe].every(
      value => value === undefined || Number.isFinite(value),
    )
    return isLine && isText && isNumber ? (line as Line) : undefined
  } catch {
    return undefined
  }
}
