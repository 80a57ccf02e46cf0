import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'
import type { RunDocument } from '@openclaw-trading/bot-engine/report'
import { CliError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import { type Project, reportsFolder } from '../project/config.ts'
import { DOCUMENT, newestFirst } from './newest-first.ts'

/** A run that left a report. */
export interface Run {
  /** Name of its folder, which begins with the time of the run. */
  readonly id: string
  readonly folder: string
}

const SCHEMA: RunDocument['schema'] = 'openclaw.run/3'

/** The runs of a project, newest first; {@link newestFirst} says what that is of runs of one second. */
export function runsOf(project: Project): readonly Run[] {
  const root = reportsFolder(project)
  if (!existsSync(root)) return []
  const ids = readdirSync(root).filter(id => existsSync(join(root, id, DOCUMENT)))
  return newestFirst(root, ids).map(id => ({ id, folder: join(root, id) }))
}

/**
 * Finds a run by its folder, a prefix that only it has, or `latest`, `latest~1` and so on.
 *
 * @throws {@link CliError} `run-not-found` with the nearest name; `usage` when several begin like that
 */
export function findRun(name: string, project: Project, cwd: string): Run {
  const path = resolve(cwd, name)
  if (/[\\/]/.test(name)) {
    const folder = path.endsWith('index.html') ? resolve(path, '..') : path
    if (existsSync(join(folder, DOCUMENT))) return { id: basename(folder), folder }
  }
  const runs = runsOf(project)
  const back = /^latest(?:~(\d+))?$/.exec(name)
  if (back !== null) return nthNewest(Number(back[1] ?? 0), runs, project)
  const exact = runs.find(({ id }) => id === name)
  if (exact !== undefined) return exact
  const [first, second] = runs.filter(({ id }) => id.startsWith(name))
  if (first !== undefined && second === undefined) return first
  if (first !== undefined && second !== undefined)
    throw new CliError(
      'usage',
      `Several runs begin with "${name}", e.g. ${second.id} and ${first.id}. Write more of the name, or latest.`,
    )
  throw notFound(name, runs, project)
}

function nthNewest(back: number, runs: readonly Run[], project: Project): Run {
  const run = runs[back]
  if (run !== undefined) return run
  if (runs.length === 0) throw notFound('latest', runs, project)
  throw new CliError(
    'run-not-found',
    `There is no run latest~${back}: the oldest of ${runs.length} is latest~${runs.length - 1}. See claw report list.`,
  )
}

function notFound(name: string, runs: readonly Run[], project: Project): CliError {
  const root = relative(project.folder, reportsFolder(project))
  if (runs.length === 0)
    return new CliError(
      'run-not-found',
      `There is no run in ${root}, the folder of reports. Make one: claw backtest <strategy>.`,
    )
  const near = nearest(
    name,
    runs.map(({ id }) => id),
  )
  const hint = near === undefined ? `The newest is ${runs[0]?.id}.` : `Did you mean ${near}?`
  return new CliError('run-not-found', `There is no run "${name}" in ${root}. ${hint} See claw report list.`)
}

/** A document as it was stored. */
export interface StoredRun extends RunDocument {
  /**
   * Written by a version that counted each closing as a trade, and ended days at midnight UTC: its trades, win rate, profit factor
   * and Sharpe ratio are of those. Absent: of positions with all their closings.
   */
  readonly countsClosings?: true
}

/** Reads the document of a run, also of earlier schemas. @throws {@link CliError} `run-damaged` when it is not one */
export function readRun({ folder, id }: Run): StoredRun {
  const file = join(folder, DOCUMENT)
  try {
    const document = current(JSON.parse(readFileSync(file, 'utf8')))
    if (isRunDocument(document)) return document
  } catch (cause) {
    throw damaged(id, cause instanceof Error ? cause.message : String(cause), cause)
  }
  throw damaged(id, `it is not of the schema ${SCHEMA}`)
}

/** The earlier schemas differ in what they say of trades alone. */
function current(value: unknown): unknown {
  if (!(value instanceof Object && 'schema' in value && 'trades' in value)) return value
  if (value.schema !== 'openclaw.run/1' && value.schema !== 'openclaw.run/2') return value
  const trades = Array.isArray(value.trades) ? columnsOf(value.trades) : value.trades
  // Who names the parts of a position counts it once.
  const countsPositions = trades instanceof Object && 'share' in trades
  return { ...value, schema: SCHEMA, trades, ...(!countsPositions && { countsClosings: true }) }
}

/** `openclaw.run/1` had its trades row by row. */
function columnsOf(rows: readonly Readonly<Record<string, unknown>>[]): object {
  const names = new Set(['net', ...rows.flatMap(row => Object.keys(row))])
  return Object.fromEntries([...names].map(name => [name, rows.map(row => row[name] ?? null)]))
}

/** The schema's name stands for its fields: only this program writes such files. */
function isRunDocument(value: unknown): value is StoredRun {
  return value instanceof Object && 'schema' in value && value.schema === SCHEMA
}

function damaged(id: string, reason: string, cause?: unknown): CliError {
  return new CliError(
    'run-damaged',
    `${DOCUMENT} of the run ${id} cannot be read: ${reason}. Run it again: the command stands in its index.html.`,
    { cause },
  )
}
