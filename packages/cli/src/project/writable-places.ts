import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { CliError } from '../errors.ts'
import { systemReason } from '../write-failure.ts'
import { type Project, reportsFolder } from './config.ts'

/** Less than the smallest page has; what a disk has left below that is no place for a result. */
const PROBE = Buffer.alloc(65_536, ' ')

/**
 * Looks before a run whether what it finds can be kept: in the ledger of trials, and in the folder of reports.
 *
 * @param dryRun - Nothing is written for it: a disk that is full is not found out.
 * @throws {@link CliError} `not-writable`
 */
export function checkPlaces(
  project: Project,
  { report, dryRun = false }: { readonly report: boolean; readonly dryRun?: boolean },
): void {
  const { folder, configFile = 'claw.config.ts' } = project
  const check = dryRun ? lookAtFolder : probe
  const ledger = join(folder, '.claw', 'trials.jsonl')
  try {
    check(dirname(ledger))
    if (existsSync(ledger)) closeSync(openSync(ledger, 'a'))
  } catch (cause) {
    throw cannotKeep(ledger, 'counted', 'Work in another folder with --cwd', cause)
  }
  const reports = reportsFolder(project)
  try {
    if (report) check(reports)
  } catch (cause) {
    throw cannotKeep(
      reports,
      'written',
      `Name another reportsDir in ${basename(configFile)}, or add --no-report`,
      cause,
    )
  }
}

/** The folder, or the one above it in which it would be made. */
function presentFolder(folder: string): string {
  const above = dirname(folder)
  return existsSync(folder) || above === folder ? folder : presentFolder(above)
}

/** Looks, without writing, whether that is a folder which may be written to. @throws what the system says */
export function lookAtFolder(folder: string): void {
  const present = presentFolder(folder)
  readdirSync(present)
  accessSync(present, constants.W_OK)
}

/** Writes a file there and removes it. */
function probe(folder: string): void {
  const file = join(presentFolder(folder), `.claw-${crypto.randomUUID()}.probe`)
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
