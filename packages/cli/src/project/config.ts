import { existsSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { DEFAULT_STORE_FOLDER } from '@openclaw-trading/bot-engine/data'
import { TIMEFRAMES } from '@openclaw-trading/trading-model'
import { z } from 'zod'
import { CliError, isCliError } from '../errors.ts'
import { isEarlyEnd } from '../interrupt.ts'
import { step } from '../step.ts'
import type { Terminal } from '../terminal.ts'
import { importModule } from './import-module.ts'
import { StopOutSchema } from './stop-out.ts'

const Synthetic = z.strictObject({
  seed: z.int().min(0).default(1),
  bars: z.int().min(100).max(10_000_000).default(50_000),
  from: z.iso.date().default('2024-01-02'),
})

/** Of an account at its start: room is left below 2^53 cents for what it earns. */
export const MOST_BALANCE = 1_000_000_000_000

/** What stands where a project names no symbol. */
export const DEFAULT_SYMBOL = 'XAUUSD'

const ConfigSchema = z.strictObject({
  /** Strategy id → file, relative to the project. Default: all of `strategies/`. */
  strategies: z.record(z.string(), z.string()).optional(),
  /** Where market data is kept. */
  dataDir: z.string().default(DEFAULT_STORE_FOLDER),
  /** Where runs leave their reports. */
  reportsDir: z.string().default('reports'),
  account: z
    .strictObject({
      currency: z.string().length(3).toUpperCase().default('USD'),
      balance: z.number().positive().max(MOST_BALANCE).default(10_000),
      leverage: z.number().positive().default(100),
      /** When the broker closes for want of margin. Default: at 50 %, as much as is needed; `false`: never. */
      stopOut: StopOutSchema,
    })
    .prefault({}),
  market: z
    .strictObject({
      /** Default: XAUUSD, of a seeded market where there are no data. */
      symbol: z.string().min(1).optional(),
      /** Of the data. Default: the shortest that the strategy reads. */
      timeframe: z.enum(TIMEFRAMES).optional(),
      /**
       * Steps of the last digit between bid and ask, where the data has bid bars only: one for all, 24 by hour of the day
       * (UTC, from hour 0), or `recorded`, the column of the bars. Default: 28, usual of gold.
       */
      spreadTicks: z
        .union([z.int().min(0), z.array(z.int().min(0)).length(24), z.literal('recorded')])
        .optional(),
      /** The seeded market that stands in where there is no recorded one; stated, for the project's symbol. */
      synthetic: Synthetic.optional(),
    })
    .prefault({}),
})

/** What a project states in `claw.config.ts`; all of it may be left out. No secrets belong here. */
export type ClawConfig = z.input<typeof ConfigSchema>

/** A project: a folder with a `claw.config.ts`, or the defaults for the folder one works in. */
export interface Project {
  /** The folder with the config; without a config the working folder. */
  readonly folder: string
  /** Absent: no config here or above. */
  readonly configFile?: string
  readonly config: z.output<typeof ConfigSchema>
}

const NAMES = ['claw.config.ts', 'claw.config.mjs', 'claw.config.js']

/** The seeded market of a project. */
export function syntheticOf({ config }: Project): z.output<typeof Synthetic> {
  return config.market.synthetic ?? Synthetic.parse({})
}

/** Where somebody works, and which configuration they named instead of the one around it. */
export type Place = Pick<Terminal, 'cwd' | 'config' | 'verbose'>

/** Reads the project around a folder. @throws {@link CliError} `config-invalid` with every problem at once, `config-not-found` */
export function openProject(place: Place): Promise<Project> {
  return step(
    place,
    'config',
    () => readProject(place),
    ({ configFile, folder }) =>
      configFile === undefined
        ? `none in ${folder} or above it: the defaults`
        : `${configFile}${dirname(configFile) === folder ? '' : ` · project ${folder}`}`,
  )
}

async function readProject({ cwd, config: given }: Place): Promise<Project> {
  const configFile = given ?? findUp(cwd)
  if (configFile === undefined) return { folder: cwd, config: ConfigSchema.parse({}) }
  const name = relative(cwd, configFile) || configFile
  // A search that is gone on with may name one that was there when it was begun.
  if (!existsSync(configFile))
    throw new CliError(
      'config-not-found',
      `There is no file ${name} in ${cwd}. Put it back, or state another one with --config.`,
    )
  const { default: stated } = await importConfig(configFile, name)
  const parsed = ConfigSchema.safeParse(stated)
  if (parsed.success) return { folder: folderOf(configFile, cwd), configFile, config: parsed.data }
  const problems = parsed.error.issues.map(
    ({ path, message }) => `\n  - ${path.join('.') || 'default export'}: ${message}`,
  )
  throw new CliError(
    'config-invalid',
    `${name} is not a configuration:${problems.join('')}\nCorrect it and run again.`,
  )
}

/**
 * The project that a configuration belongs to: another file of settings for the same strategies, reports and trials. It is
 * the nearest folder at or above the file that has a claw.config; else the project, or the folder, that one works in.
 */
function folderOf(configFile: string, cwd: string): string {
  const around = findUp(dirname(configFile)) ?? findUp(cwd)
  return around === undefined ? cwd : dirname(around)
}

/** Where a project keeps its market data. */
export function storeFolder({ folder, config }: Project): string {
  return resolve(folder, config.dataDir)
}

/** Where a project keeps the reports of its runs. */
export function reportsFolder({ folder, config }: Pick<Project, 'folder' | 'config'>): string {
  return resolve(folder, config.reportsDir)
}

/** A project that must have a config. @throws {@link CliError} `no-project` */
export function requireProject({ configFile, folder }: Project): void {
  if (configFile !== undefined) return
  throw new CliError(
    'no-project',
    `No claw.config.ts here or in any parent of ${folder}. Change into your project, or create one: npm create claw@latest.`,
  )
}

async function importConfig(file: string, name: string): Promise<{ readonly default?: unknown }> {
  if (!/\.[cm]?[jt]s$/.test(file))
    throw new CliError(
      'config-invalid',
      `${name} is no module. A configuration is the default export of one, in a .ts, .mjs or .js file.`,
    )
  try {
    return await importModule(file)
  } catch (cause) {
    if (isCliError(cause) || isEarlyEnd(cause)) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new CliError('config-invalid', `${name} cannot be loaded: ${reason}\nCorrect it and run again.`, {
      cause,
    })
  }
}

function findUp(cwd: string): string | undefined {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const found = NAMES.map(name => join(folder, name)).find(file => existsSync(file))
    if (found !== undefined) return found
    if (dirname(folder) === folder) return undefined
  }
}
