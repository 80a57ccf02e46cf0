import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { type Issue, ServerError } from './errors.ts'
import { nearestWord } from './strategies/nearest.ts'

// The only file that reads process.env. Keys of later work (REDIS_URL, CTRADER_CLIENT_ID and the other secrets,
// CLAW_MASTER_KEY, CLAW_PASSWORD_FILE, ALLOW_LIVE_TRADING, …) are added with the capability that reads them.

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine(value => value >= least && value <= most, `must be a whole number from ${least} to ${most}`)

const Environment = z.object({
  /** Port of API and dashboard; 0 takes a free one. */
  PORT: wholeNumber(0, 65_535).default(8000),
  /** Address to listen on. */
  HOST: z
    .string()
    .default('127.0.0.1')
    .refine(
      host => host === '127.0.0.1',
      'must be 127.0.0.1: there is no sign-in yet, so the server listens on this machine only',
    ),
  /** A PostgreSQL to use instead of the embedded one. */
  DATABASE_URL: z
    .string()
    .regex(
      /^postgres(ql)?:\/\//,
      'must start with postgres:// or postgresql://; leave it out for the embedded database',
    )
    .optional(),
  /** Where orders go. */
  CTRADER_ENVIRONMENT: z
    .string()
    .default('simulated')
    .refine(
      value => value === 'simulated',
      'must be "simulated": this version trades on the simulated venue only; "demo" and "live" come with the vault and sign-in',
    )
    .transform(() => 'simulated' as const),
  /** Folder of the embedded database, the simulated venue and the bots' outboxes. */
  CLAW_DATA_DIR: z.string().min(1, 'must name a folder').default('.claw'),
  /** Seed of the simulated market; another one makes another venue. */
  CLAW_SEED: wholeNumber(0, 4_294_967_295).default(1),
  /** What the server logs, in the folder `logs` of the data folder. */
  CLAW_LOG_LEVEL: z
    .enum(['silent', 'error', 'warn', 'info', 'debug'], 'must be silent, error, warn, info or debug')
    .default('warn'),
  /** Without a quote for so long inside the hours of a feed, a bot opens nothing. */
  CLAW_QUOTES_STALE_AFTER_MS: wholeNumber(1000, 3_600_000).default(60_000),
  /** A bot whose filter has kept back every quote for so long opens nothing. */
  CLAW_QUOTES_KEPT_BACK_AFTER_MS: wholeNumber(1000, 3_600_000).default(60_000),
  /** Every bot records its sessions, for a comparison with their replay. */
  CLAW_RECORD_SESSIONS: z.enum(['yes', 'no'], 'must be yes or no').default('no'),
  /** `claw:*` shows stack traces. */
  DEBUG: z.string().default(''),
})

/** Names of all variables that the server reads. */
export const CONFIG_KEYS: readonly string[] = Object.keys(Environment.shape)

/** What the server is told from outside; read once, never changed. */
export interface Config {
  /** Port of API and dashboard; 0 takes a free one. */
  readonly port: number
  /** Address to listen on; loopback. */
  readonly host: string
  /** Absent: the embedded database. */
  readonly databaseUrl: string | undefined
  readonly environment: 'simulated'
  /** Absolute. */
  readonly dataDir: string
  /** Seed of the simulated market. */
  readonly seed: number
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug'
  /** Wall time after which a bot opens nothing on the last price, in milliseconds. */
  readonly quoteSilence: { readonly staleAfterMs: number; readonly keptBackAfterMs: number }
  /** Every bot records its sessions. */
  readonly recordSessions: boolean
  /** Stack traces are shown. */
  readonly debug: boolean
}

/**
 * Reads the settings from the environment.
 *
 * Empty values count as not set. Relative paths are taken from `cwd`.
 *
 * @throws {@link ServerError} `config-invalid` with every problem at once, each with its variable
 */
export function readConfig(
  env: Readonly<Record<string, string | undefined>> = process.env,
  cwd: string = process.cwd(),
): Config {
  const given = Object.fromEntries(CONFIG_KEYS.flatMap(key => (env[key] ? [[key, env[key]]] : [])))
  const parsed = Environment.safeParse(given)
  const issues = unknownKeys(env)
  if (!parsed.success)
    issues.unshift(
      ...parsed.error.issues.map(issue => {
        const path = String(issue.path[0])
        return { path, message: `${path}=${shown(path, env[path])} ${issue.message}` }
      }),
    )
  if (!parsed.success || issues.length > 0) throw invalid(issues)
  const values = parsed.data
  return Object.freeze({
    port: values.PORT,
    host: values.HOST,
    databaseUrl: values.DATABASE_URL,
    environment: values.CTRADER_ENVIRONMENT,
    dataDir: resolve(cwd, values.CLAW_DATA_DIR),
    seed: values.CLAW_SEED,
    logLevel: values.CLAW_LOG_LEVEL,
    quoteSilence: {
      staleAfterMs: values.CLAW_QUOTES_STALE_AFTER_MS,
      keptBackAfterMs: values.CLAW_QUOTES_KEPT_BACK_AFTER_MS,
    },
    recordSessions: values.CLAW_RECORD_SESSIONS === 'yes',
    debug: isDebug(values.DEBUG),
  })
}

/** Adds the variables of a `.env` file in `cwd` to the environment; those already set win. */
export function loadEnvFile(cwd: string = process.cwd()): void {
  const file = resolve(cwd, '.env')
  if (existsSync(file)) process.loadEnvFile(file)
}

/** What a child process gets of our environment: nothing that could be a secret. */
export function childEnvironment(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  const allowed = [
    'PATH',
    'HOME',
    'TZ',
    'LANG',
    'TMPDIR',
    'TEMP',
    'SYSTEMROOT',
    'DEBUG',
    'NO_COLOR',
    'FORCE_COLOR',
  ]
  return Object.fromEntries(
    allowed.flatMap(key => {
      const value = env[key]
      return value === undefined ? [] : [[key, value]]
    }),
  )
}

/** Tells whether `DEBUG` asks for stack traces. */
export function isDebug(value: string | undefined = process.env['DEBUG']): boolean {
  return (value ?? '')
    .split(/[\s,]+/)
    .some(part => part === '*' || part === 'claw' || part.startsWith('claw:'))
}

function unknownKeys(env: Readonly<Record<string, string | undefined>>): Issue[] {
  return Object.keys(env)
    .filter(key => key.startsWith('CLAW_') && !key.startsWith('CLAW_TEST_') && !CONFIG_KEYS.includes(key))
    .map(key => {
      const near = nearestWord(key, CONFIG_KEYS)
      return { path: key, message: `${key} is not a setting.${near ? ` Did you mean ${near}?` : ''}` }
    })
}

function shown(key: string, value: string | undefined): string {
  return key === 'DATABASE_URL' ? '[redacted]' : JSON.stringify(value ?? '')
}

function invalid(issues: readonly Issue[]): ServerError {
  const list = issues.map(issue => `\n  - ${issue.message}`).join('')
  return new ServerError(
    'config-invalid',
    `${issues.length === 1 ? 'A setting is' : `${issues.length} settings are`} wrong:${list}\nCorrect the environment or the .env file; .env.example lists every setting.`,
    { issues },
  )
}
