import { parseArgs } from 'node:util'
import { CTraderError } from '../../errors.ts'
import type { TokenScope } from '../../oauth/authorize-url.ts'

/** A command line of `auth` as data. */
export interface AuthArguments {
  readonly action: 'login' | 'status' | 'refresh' | 'sync' | 'help'
  readonly json: boolean
  readonly updateEnv: boolean
  /** Tells what would be changed, and changes nothing. */
  readonly dryRun: boolean
  readonly paste: boolean
  readonly scope: TokenScope
  readonly timeoutMs?: number
  readonly envFile?: string
}

const OPTIONS = {
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  'update-env': { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  paste: { type: 'boolean', default: false },
  scope: { type: 'string', default: 'trading' },
  timeout: { type: 'string' },
  'env-file': { type: 'string' },
} as const

const ALLOWED = {
  login: ['paste', 'scope', 'timeout', 'update-env'],
  status: [],
  refresh: ['update-env'],
  sync: ['update-env'],
  help: ['paste', 'scope', 'timeout', 'update-env'],
} as const satisfies Record<AuthArguments['action'], readonly string[]>

const ALWAYS = ['json', 'help', 'env-file', 'dry-run']

/** The help of `auth`, for a command of this name. */
export function authHelp(program: string): string {
  return `Usage: ${program} auth <command> [options]

Gets, renews and shows the tokens of your cTrader Open API application. No secret is ever printed.

Commands:
  login     asks for consent in a browser and stores the tokens
              --paste             paste the address or code instead of listening for it: for a machine without browser
              --scope <scope>     trading (default) or accounts, which only reads
              --timeout <s>       how long to wait for consent, up to 120, which is the default
  status    what is set, its length, a salted fingerprint and when it ends
  refresh   renews both tokens now
  sync      compares .env with the stored tokens

Options:
  --update-env        login, refresh, sync: write the token lines of .env, and nothing else in it
  --dry-run           tells what would be asked for and written, and does neither
  --env-file <path>   default .env
  --json              one JSON object on stdout
  -h, --help          this text

Settings, in the environment or in .env: CTRADER_CLIENT_ID, CTRADER_CLIENT_SECRET, CTRADER_REDIRECT_URI,
CTRADER_TOKEN_FILE. Exit code 7: a person must act, log in or sync.
`
}

/** Reads what follows `auth`. @throws CTraderError `invalid-argument` */
export function parseAuthArguments(args: readonly string[]): AuthArguments {
  const { values, positionals } = parse(args)
  const [word = 'help', ...rest] = positionals
  if (!isAction(word))
    throw wrong('command', `There is no command "auth ${word}".`, 'login, status, refresh or sync')
  const action = values.help ? 'help' : word
  if (rest.length > 0) throw wrong('command', `auth ${word} takes no "${rest[0]}".`, 'options only')
  const allowed: readonly string[] = [...ALLOWED[action], ...ALWAYS]
  for (const name of Object.keys(OPTIONS))
    if (!allowed.includes(name) && args.some(arg => arg === `--${name}` || arg.startsWith(`--${name}=`)))
      throw wrong(name, `auth ${word} has no option --${name}.`, allowed.map(each => `--${each}`).join(', '))
  const { scope, timeout } = values
  if (scope !== 'trading' && scope !== 'accounts')
    throw wrong('scope', 'This scope does not exist.', 'trading or accounts')
  const seconds = timeout === undefined ? undefined : Number(timeout)
  if (seconds !== undefined && !(Number.isInteger(seconds) && seconds > 0 && seconds <= 120))
    throw wrong('timeout', 'This time cannot be waited.', 'whole seconds from 1 to 120')
  return {
    action,
    scope,
    json: values.json,
    updateEnv: values['update-env'],
    dryRun: values['dry-run'],
    paste: values.paste,
    ...(seconds === undefined ? {} : { timeoutMs: seconds * 1000 }),
    ...(values['env-file'] === undefined ? {} : { envFile: values['env-file'] }),
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true })
  } catch (cause) {
    // Its message names the option; the rest of the line is not repeated, someone may have typed a secret there.
    const option = args.find(arg => /^-[\w-]+$/.test(arg) && !(arg.slice(2) in OPTIONS))
    const what = option === undefined ? 'An option lacks its value.' : `There is no option ${option}.`
    throw wrong(
      'options',
      what,
      Object.keys(OPTIONS)
        .map(name => `--${name}`)
        .join(', '),
      cause,
    )
  }
}

function isAction(word: string): word is AuthArguments['action'] {
  return Object.hasOwn(ALLOWED, word)
}

function wrong(
  path: string,
  what: string,
  expected: string,
  cause?: unknown,
): CTraderError<'invalid-argument'> {
  return new CTraderError(
    'invalid-argument',
    `${what} Allowed: ${expected}.`,
    { path, expected },
    cause === undefined ? undefined : { cause },
  )
}
