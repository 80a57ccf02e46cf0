import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { CommandContext } from './command.ts'
import type { PlannedChange } from './dry-run.ts'
import { CliError } from './errors.ts'
import { lookAtFolder } from './project/writable-places.ts'
import { quoted } from './quoted.ts'
import { systemReason } from './write-failure.ts'

/**
 * Asks before a file that is there already is written over; goes on at once where there is none, or with `--yes`.
 *
 * @param shown - As it was typed.
 * @throws {@link CliError} `usage` where nobody is there to answer, `conflict` where the answer is no
 */
export async function confirmOverwrite(
  shown: string,
  { terminal, interrupt, yes = false }: Pick<CommandContext, 'terminal' | 'interrupt' | 'yes'>,
): Promise<void> {
  const there = fileThere(shown, terminal.cwd)
  if (there === undefined) return
  if (yes) return terminal.verbose?.('question', `write over ${shown} (${there})? yes, by --yes`)
  if (terminal.ask === undefined)
    throw new CliError(
      'usage',
      `${shown} is there already (${there}), and nobody is here to be asked. State --yes to write over it, or another file.`,
    )
  const answer = await terminal.ask(
    `  ${shown} is there already (${there}). Write over it? [y/N] `,
    interrupt.signal,
  )
  if (/^\s*y(?:es)?\s*$/i.test(answer)) return
  throw new CliError('conflict', `${shown} was left as it is. Nothing was written; --yes writes over it.`)
}

/**
 * What a dry run says of a file to write, whose folder is made where it is missing.
 *
 * @throws {@link CliError} `not-writable`
 */
export function plannedFile(
  shown: string,
  what: string,
  { terminal: { cwd }, yes = false }: Pick<CommandContext, 'terminal' | 'yes'>,
): PlannedChange {
  const there = fileThere(shown, cwd)
  const path = resolve(cwd, shown)
  checkWritable(path)
  if (there === undefined) return { does: 'write', what: `${quoted(shown)}: ${what}`, path }
  const asked = yes ? '' : ', once --yes or a person says so'
  return { does: 'write over', what: `${quoted(shown)} (${there})${asked}: ${what}`, path }
}

/** Looks, without writing, whether a file could be written: as far as the system tells it beforehand. */
function checkWritable(path: string): void {
  try {
    if (!existsSync(path)) return lookAtFolder(dirname(path))
    if (statSync(path).isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' })
    accessSync(path, constants.W_OK)
  } catch (cause) {
    throw new CliError(
      'not-writable',
      `${path} cannot be written (${systemReason(cause)}). Check its permissions, or name another file.`,
      { cause },
    )
  }
}

/** Size and day of a file, if there is one. */
function fileThere(shown: string, cwd: string): string | undefined {
  const path = resolve(cwd, shown)
  // Of a path that leads through a file nothing can be known; to write it fails, and is told then.
  const facts = existsSync(path) ? statSync(path) : undefined
  // A device, such as /dev/stdout, loses nothing.
  if (facts === undefined || !facts.isFile()) return undefined
  return `${sizeText(facts.size)}, of ${facts.mtime.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}
