import { closeSync, existsSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { CliError } from '../errors.ts'
import { systemReason } from '../write-failure.ts'
import type { Project } from './config.ts'

/** Less than the smallest page has; what a disk has left below that is no place for a result. */
const PROBE = Buffer.alloc(65_536, ' ')

/**
 * Looks before a run whether what it finds can be kept: in the ledger of trials, and in the folder of reports.
 *
 * @throws {@link CliError} `not-writable`
 */
export function checkPlaces(
  { folder, config, configFile = 'claw.config.ts' }: Project,
  { report }: { readonly report: boolean },
): void {
  const ledger = join(folder, '.claw', 'trials.jsonl')
  try {
    probe(dirname(ledger))
    if (existsSync(ledger)) closeSync(openSync(ledger, 'a'))
  } catch (cause) {
    throw cannotKeep(ledger, 'counted', 'Work in another folder with --cwd', cause)
  }
  const reports = join(folder, config.reportsDir)
  try {
    if (report) probe(reports)
  } catch (cause) {
    throw cannotKeep(
      reports,
      'written',
      `Name another reportsDir in ${basename(configFile)}, or add --no-report`,
      cause,
    )
  }
}

/** Writes a file where the folder is, or would be made, and removes it. */
function probe(folder: string): void {
  if (!existsSync(folder) && dirname(folder) !== folder) return probe(dirname(folder))
  const file = join(folder, `.claw-${crypto.randomUUID()}.probe`)
  try {
    writeFileSync(file, PROBE, { flag: 'wx' })
  } finally {
    rmSync(file, { force: true })
  }
}

function cannotKeep(path: string, what: 'counted' | 'written', otherwise: string, cause: unknown): CliError {
  const shown = relative(process.cwd(), path)
  return new CliError(
    'not-writable',
    `${shown.startsWith('..') ? path : shown} cannot be written (${systemReason(cause)}), where ${what === 'counted' ? 'every run is counted' : 'the report goes'}. Nothing was run. Check its permissions and the space left. ${otherwise}.`,
    { cause },
  )
}
