import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CliError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import type { Project } from '../project/config.ts'

/** A command that tries combinations, and where it keeps what it has done. */
export interface SearchKind {
  readonly command: 'sweep' | 'walkforward'
  /** Folder within `.claw`. */
  readonly folder: string
  /** Begins its ids. */
  readonly prefix: string
}

/** `claw sweep`. */
export const SWEEP: SearchKind = { command: 'sweep', folder: 'sweeps', prefix: 'swp' }
/** `claw walkforward`. */
export const WALK_FORWARD: SearchKind = { command: 'walkforward', folder: 'walk-forwards', prefix: 'wfw' }

/** A search that can be gone on with: its command line, and the file of its finished runs. */
export interface SavedSearch<A> {
  readonly id: string
  readonly asked: A
  /** Of the command line. */
  readonly file: string
  readonly resultsFile: string
}

type Home = Pick<Project, 'folder'>

const folderOf = (kind: SearchKind, { folder }: Home): string => join(folder, '.claw', kind.folder)

/** Notes a new search under an id that sorts by time. */
export function saveSearch<A>(kind: SearchKind, project: Home, asked: A): SavedSearch<A> {
  const folder = folderOf(kind, project)
  mkdirSync(folder, { recursive: true })
  const id = `${kind.prefix}_${Date.now().toString(36)}${randomBytes(2).toString('hex')}`
  const file = join(folder, `${id}.json`)
  writeFileSync(file, `${JSON.stringify(asked)}\n`)
  return { id, asked, file, resultsFile: join(folder, `${id}.runs.jsonl`) }
}

/** The work of a search; one that is refused or fails before its first run is forgotten: there is nothing to go on with. */
export async function begun<Result>(saved: SavedSearch<unknown>, work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    forgetUnlessBegun(saved)
    throw error
  }
}

function forgetUnlessBegun({ file, resultsFile }: SavedSearch<unknown>): void {
  // The first line names what the runs are of.
  const runs = existsSync(resultsFile) ? readFileSync(resultsFile, 'utf8').trim().split('\n').length - 1 : 0
  if (runs > 0) return
  rmSync(resultsFile, { force: true })
  rmSync(file, { force: true })
}

/** Finds a noted search. @throws {@link CliError} `run-not-found` with the nearest id */
export function savedSearch<A>(kind: SearchKind, project: Home, id: string): SavedSearch<A> {
  const folder = folderOf(kind, project)
  const file = join(folder, `${id}.json`)
  if (new RegExp(`^${kind.prefix}_[a-z0-9]+$`).test(id) && existsSync(file))
    return {
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
