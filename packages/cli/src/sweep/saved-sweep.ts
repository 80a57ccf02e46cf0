import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SweepArguments } from '../commands/sweep.ts'
import { CliError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import type { Project } from '../project/config.ts'

/** A sweep that can be gone on with: its command line, and the file of its finished runs. */
export interface SavedSweep {
  readonly id: string
  readonly asked: SweepArguments
  readonly resultsFile: string
}

const folderOf = (project: Pick<Project, 'folder'>): string => join(project.folder, '.claw', 'sweeps')

/** Notes a new sweep under an id that sorts by time. */
export function saveSweep(project: Pick<Project, 'folder'>, asked: SweepArguments): SavedSweep {
  const folder = folderOf(project)
  mkdirSync(folder, { recursive: true })
  const id = `swp_${Date.now().toString(36)}${randomBytes(2).toString('hex')}`
  writeFileSync(join(folder, `${id}.json`), `${JSON.stringify(asked)}\n`)
  return { id, asked, resultsFile: join(folder, `${id}.runs.jsonl`) }
}

/** Finds a noted sweep. @throws {@link CliError} `data-missing` with the nearest id */
export function savedSweep(project: Pick<Project, 'folder'>, id: string): SavedSweep {
  const folder = folderOf(project)
  const file = join(folder, `${id}.json`)
  if (/^swp_[a-z0-9]+$/.test(id) && existsSync(file))
    return {
      id,
      asked: JSON.parse(readFileSync(file, 'utf8')) as SweepArguments,
      resultsFile: join(folder, `${id}.runs.jsonl`),
    }
  const known = (existsSync(folder) ? readdirSync(folder) : []).flatMap(name =>
    name.endsWith('.json') ? [name.slice(0, -'.json'.length)] : [],
  )
  const near = nearest(id, known) ?? known.sort().at(-1)
  throw new CliError(
    'data-missing',
    `There is no sweep "${id}" in ${folder}.${near === undefined ? ' Start one with claw sweep <strategy> --axis …' : ` The nearest: ${near}.`}`,
  )
}
