import { relative, resolve } from 'node:path'
import type { CommandContext } from '../command.ts'
import { CliError } from '../errors.ts'
import { openProject, type Project } from '../project/config.ts'
import { type Begin, type SavedSearch, savedSearch, type SearchKind } from './saved-search.ts'

/** What is asked of every search. */
interface Asked extends Begin {
  readonly strategy?: string
  readonly resume?: string
  readonly json: boolean
  readonly workers: number
  /** The configuration that `--config` named, from the folder of the project. Absent: that of the project. */
  readonly config?: string
}

/** A search that is about to begin, or to go on. */
export interface SearchBegin<A> {
  readonly asked: A
  readonly strategy: string
  /** What it goes on with. Absent: it begins. */
  readonly before: SavedSearch<A> | undefined
  readonly project: Project
  /** With the configuration that the search was begun with. */
  readonly context: CommandContext
}

/** What a search was asked: by its line, or by that of the search that it goes on with. @throws {@link CliError} `usage`, `run-not-found` */
export async function beginSearch<A extends Asked>(
  kind: SearchKind,
  given: A,
  context: CommandContext,
): Promise<SearchBegin<A>> {
  const { terminal, args: line } = context
  const project = await openProject(terminal)
  const before = given.resume === undefined ? undefined : savedSearch<A>(kind, project, given.resume)
  const named = terminal.config && { config: relative(project.folder, terminal.config) }
  const asked: A =
    before === undefined
      ? { ...given, line, ...named }
      : { ...before.asked, json: given.json, workers: given.workers }
  const { strategy } = asked
  if (strategy === undefined)
    throw new CliError(
      'usage',
      `Name a strategy, or a ${kind.noun} to go on with: claw ${kind.command} --resume <id>.`,
    )
  if (terminal.config !== undefined || asked.config === undefined)
    return { asked, strategy, before, project, context }
  const itsTerminal = { ...terminal, config: resolve(project.folder, asked.config) }
  return {
    asked,
    strategy,
    before,
    project: await openProject(itsTerminal),
    context: { ...context, terminal: itsTerminal },
  }
}
