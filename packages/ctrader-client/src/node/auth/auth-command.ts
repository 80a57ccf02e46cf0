import type { TokenRecord } from '../../oauth/grant.ts'
import { printFailure, printResult } from '../command-output.ts'
import type { CommandTerminal } from '../command-terminal.ts'
import { type AuthArguments, authHelp, parseAuthArguments } from './arguments.ts'
import { login } from './login.ts'
import { plan } from './plan.ts'
import { expiry, statusReport, syncText } from './report.ts'
import { type AuthSettings, readAuthSettings, tokenSourceOf } from './settings.ts'
import { authStatus } from './status.ts'
import { type SyncReport, syncEnv } from './sync.ts'

/** Exit code for tokens that a person must do something about. */
const EXIT_AUTH = 7

/** What `auth` did. */
export interface AuthOutcome {
  readonly action: AuthArguments['action']
  /** For people. */
  readonly text: string
  /** For machines; JSON-safe. */
  readonly data: object
  readonly exitCode: number
  /** Of a dry run: `data` says what would be done. */
  readonly planned?: boolean
}

type Outcome = Omit<AuthOutcome, 'action'>

/** Runs `auth <args>`. @returns the exit code; failures are printed, never thrown, and no secret is */
export async function runAuthCommand(args: readonly string[], terminal: CommandTerminal): Promise<number> {
  const json = args.includes('--json')
  try {
    const { action, planned, ...outcome } = await authOutcome(args, terminal)
    return printResult(
      { schema: planned ? 'ctrader.dry-run/1' : `ctrader.auth-${action}/1`, ...outcome },
      json && action !== 'help',
      terminal,
    )
  } catch (error) {
    return printFailure(error, json, terminal)
  }
}

/** Does `auth <args>`, for a command with an output of its own. @throws what it failed with; no secret is in it */
export async function authOutcome(args: readonly string[], terminal: CommandTerminal): Promise<AuthOutcome> {
  const parsed = parseAuthArguments(args)
  const { action } = parsed
  if (action === 'help') return { action, text: authHelp(terminal.program), data: {}, exitCode: 0 }
  const { text, ...outcome } = await execute(parsed, terminal)
  return { action, text: `${text}\n`, ...outcome }
}

async function execute(args: AuthArguments, terminal: CommandTerminal): Promise<Outcome> {
  const { cwd, env } = terminal
  const settings = await readAuthSettings({
    cwd,
    env,
    ...(args.envFile === undefined ? {} : { envFile: args.envFile }),
  })
  if (args.dryRun && args.action !== 'status') return plan(args, settings)
  switch (args.action) {
    case 'login':
      return renewed(args, settings, await logIn(args, settings, terminal), 'Logged in')
    case 'refresh':
      return renewed(args, settings, await tokenSourceOf(settings).refresh(), 'Refreshed')
    case 'sync': {
      const report = await syncEnv(settings, { update: args.updateEnv })
      const inSync = report.written || report.differing.length === 0
      return { text: syncText(report), data: report, exitCode: inSync ? 0 : EXIT_AUTH }
    }
    default: {
      const status = await authStatus(settings)
      const isGood = status.verdict === 'valid' || status.verdict === 'refreshing'
      return { text: statusReport(status, Date.now()), data: status, exitCode: isGood ? 0 : EXIT_AUTH }
    }
  }
}

function logIn(args: AuthArguments, settings: AuthSettings, terminal: CommandTerminal): Promise<TokenRecord> {
  return login(settings, {
    scope: args.scope,
    onAuthorizeUrl: url =>
      terminal.err(
        args.paste
          ? `  Open this page in a browser and allow access:\n\n  ${url}\n\n  Then paste the address that the browser was sent to, within a minute: `
          : `  Open this page in a browser on this machine and allow access:\n\n  ${url}\n\n  Waiting for the answer on ${settings.redirectUri} …\n`,
      ),
    ...(args.paste ? { paste: () => terminal.readLine() } : {}),
    ...(args.timeoutMs === undefined ? {} : { timeoutMs: args.timeoutMs }),
    ...(terminal.signal === undefined ? {} : { signal: terminal.signal }),
  })
}

/** The new pair is stored by now; `.env` follows when asked for. */
async function renewed(
  { updateEnv }: AuthArguments,
  settings: AuthSettings,
  { generation, expiresAt }: TokenRecord,
  done: string,
): Promise<Outcome> {
  const sync: SyncReport | undefined = updateEnv ? await syncEnv(settings, { update: true }) : undefined
  const text = `  ${done}. The access token ends ${expiry(expiresAt, Date.now())}.${sync === undefined ? '' : `\n${syncText(sync)}`}`
  return {
    text,
    data: { generation, expiresAt, tokenFile: settings.tokens.path, ...(sync === undefined ? {} : { sync }) },
    exitCode: 0,
  }
}
