import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ServerError } from './errors.ts'

/** A file to start as a child process, and the node options it needs. */
export interface Entry {
  /** Absolute path. */
  readonly file: string
  readonly execArgv: readonly string[]
}

/** The processes a server starts; nothing in a database row or a request is ever a path. */
export type EntryName = 'bot' | 'venue'

/**
 * Where a child process starts: the built file beside the built server, or the source through tsx in tests.
 *
 * @throws {@link ServerError} `not-built` when the file is missing
 */
export function entryOf(name: EntryName, from: string = import.meta.url): Entry {
  const fromSource = from.endsWith('.ts')
  const url = fromSource ? new URL(`./${name}/main.ts`, from) : new URL(`./${name}/main.js`, from)
  const file = fileURLToPath(url)
  if (!existsSync(file))
    throw new ServerError(
      'not-built',
      `The program of the ${name} process is missing: ${file}. Run "npm run build".`,
    )
  return {
    file,
    execArgv: fromSource ? ['--import', tsxLoader(from), '--conditions=@openclaw-trading/source'] : [],
  }
}

function tsxLoader(from: string): string {
  return pathToFileURL(createRequire(from).resolve('tsx')).href
}
