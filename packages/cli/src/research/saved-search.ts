import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { EngineError, isEngineError } from '@openclaw-trading/bot-engine/research'
import { CliError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import type { Project } from '../project/config.ts'
import { quoted } from '../quoted.ts'

/** A command that tries combinations, and where it keeps what it has done. */
export interface SearchKind {
  readonly command: 'sweep' | 'walkforward'
  /** What a person calls it. */
  readonly noun: 'sweep' | 'walk-forward'
  /** Folder within `.claw`. */
  readonly folder: string
  /** Begins its ids. */
  readonly prefix: string
}

/** `claw sweep`. */
export const SWEEP: SearchKind = { command: 'sweep', noun: 'sweep', folder: 'sweeps', prefix: 'swp' }
/** `claw walkforward`. */
export const WALK_FORWARD: SearchKind = {
  command: 'walkforward',
  noun: 'walk-forward',
  folder: 'walk-forwards',
  prefix: 'wfw',
}

/** A search that can be gone on with: its command line, and the file of its finished runs. */
export interface SavedSearch<A> {
  readonly kind: SearchKind
  readonly id: string
  readonly asked: A
  /** Of the command line. */
  readonly file: string
  readonly resultsFile: string
}

type Home = Pick<Project, 'folder'>

/** Where searches of a kind are kept. */
export const folderOf = (kind: SearchKind, { folder }: Home): string => join(folder, '.claw', kind.folder)

/** Notes a new search under an id that sorts by time. */
export function saveSearch<A>(kind: SearchKind, project: Home, asked: A): SavedSearch<A> {
  const folder = folderOf(kind, project)
  mkdirSync(folder, { recursive: true })
  const id = `${kind.prefix}_${Date.now().toString(36)}${randomBytes(2).toString('hex')}`
  const file = join(folder, `${id}.json`)
  writeFileSync(file, `${JSON.stringify(asked)}\n`)
  return { kind, id, asked, file, resultsFile: join(folder, `${id}.runs.jsonl`) }
}

/** What a search is begun anew by. */
export interface Begin {
  /** The command line of its begin. Absent: it was noted without. */
  readonly line?: readonly string[]
}

/** The work of a search; one that is refused or fails before its first run is forgotten: there is nothing to go on with. */
export async function begun<Result>(saved: SavedSearch<Begin>, work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    forgetUnlessBegun(saved)
    throw isOfOther(error, saved) ? cannotGoOn(error, saved) : error
  }
}

/** The runs that are kept are of another version, or of other code, data or options. */
function isOfOther(error: unknown, { resultsFile }: SavedSearch<Begin>): error is EngineError {
  return isEngineError(error, 'invalid-options') && error.details['path'] === resultsFile
}

/** What makes a search anew, also where nothing of it is kept. Undefined: it was noted without its command line. */
export function commandOf({ asked: { line } }: SavedSearch<Begin>): string | undefined {
  return line && ['claw', ...line].map(quoted).join(' ')
}

/** What goes on with a search where its runs are kept. */
export function resumeOf({ kind: { command }, id }: Pick<SavedSearch<unknown>, 'kind' | 'id'>): string {
  return `claw ${command} --resume ${id}`
}

function cannotGoOn(cause: EngineError, saved: SavedSearch<Begin>): EngineError {
  const { id, kind } = saved
  const { code, message, details } = cause
  const again = commandOf(saved) ?? `claw ${kind.command} with the options of ${id}`
  const what = message.slice(code.length + 3)
  return new EngineError(code, `${what}\n${id} cannot be gone on with. Begin anew: ${again}`, {
    cause,
    details,
  })
}

/** How many runs of a search are kept. */
export function keptRuns({ resultsFile }: Pick<SavedSearch<unknown>, 'resultsFile'>): number {
  // The first line names what the runs are of.
  return existsSync(resultsFile) ? readFileSync(resultsFile, 'utf8').trim().split('\n').length - 1 : 0
}

function forgetUnlessBegun(saved: SavedSearch<unknown>): void {
  const { file, resultsFile } = saved
  if (keptRuns(saved) > 0) return
  rmSync(resultsFile, { force: true })
  rmSync(file, { force: true })
  const folder = dirname(file)
  for (const made of [folder, dirname(folder)]) if (readdirSync(made).length === 0) rmdirSync(made)
}

/** Finds a noted search. @throws {@link CliError} `run-not-found` with the nearest id */
export function savedSearch<A>(kind: SearchKind, project: Home, id: string): SavedSearch<A> {
  const folder = folderOf(kind, project)
  const file = join(folder, `${id}.json`)
  if (new RegExp(`^${kind.prefix}_[a-z0-9]+$`).test(id) && existsSync(file))
    return {
      kind,
      id,
      file,
      asked: JSON.parse(readFileSync(file, 'utf8')) as A,
      resultsFile: join(folder, `${id}.runs.jsonl`),
    }
  const known = (existsSync(folder) ? readdirSync(folder) : []).flatMap(name =>
    name.endsWith('.json') ? [name.slice(0, -'.json'.length)] : [],
  )
  const near = nearest(id, known) ?? known.sort().at(-1)
  throw new CliError(
    'run-not-found',
    `There is no ${kind.command} "${id}" in ${folder}.${near === undefined ? ` Start one with claw ${kind.command} <strategy> --axis …` : ` The nearest: ${near}.`}`,
  )
}
