import type { AuthArguments } from './arguments.ts'
import { type AuthSettings, tokenEndpointOf, writtenLines } from './settings.ts'
import { noTokens, syncEnv } from './sync.ts'

/** One thing that a command would do. */
interface PlannedChange {
  /** A verb, e.g. `write`. */
  readonly does: string
  /** Its object, in words. */
  readonly what: string
  /** The file that would be another one. */
  readonly path?: string
}

/** What `login`, `refresh` and `sync` would do, found out without a network. @throws CTraderError as they would before it */
export async function plan(
  args: AuthArguments,
  settings: AuthSettings,
): Promise<{
  readonly text: string
  readonly data: object
  readonly exitCode: number
  readonly planned: true
}> {
  const would = args.action === 'sync' ? await syncPlan(args, settings) : await renewalPlan(args, settings)
  const width = Math.max(0, ...would.map(({ does }) => does.length))
  const lines = would.map(({ does, what }) => `    ${does.padEnd(width)}  ${what}`)
  const head =
    would.length === 0
      ? `  Dry run: auth ${args.action} would change nothing.`
      : `  Dry run: nothing was done. auth ${args.action} would`
  return {
    text: [head, ...lines].join('\n'),
    data: { command: `auth ${args.action}`, would },
    exitCode: 0,
    planned: true,
  }
}

async function syncPlan(
  { updateEnv }: AuthArguments,
  settings: AuthSettings,
): Promise<readonly PlannedChange[]> {
  const { differing, envFile } = await syncEnv(settings, { update: false })
  return updateEnv && differing.length > 0 ? [envChange(differing, envFile)] : []
}

async function renewalPlan(
  { action, updateEnv, paste, scope }: AuthArguments,
  settings: AuthSettings,
): Promise<readonly PlannedChange[]> {
  const { tokenUrl } = tokenEndpointOf(settings)
  const { tokens, envFile, redirectUri, authorizeUrl } = settings
  const record = await tokens.load()
  if (action === 'refresh' && record === undefined) throw noTokens()
  const asks =
    action === 'login'
      ? {
          does: 'ask',
          what: `for consent (${scope}) at ${authorizeUrl}, and ${paste ? 'for the address or code that comes of it' : `listen on ${redirectUri}`}`,
        }
      : {
          does: 'use up',
          what: `the refresh token of generation ${record?.generation}, which no other process can use then`,
        }
  const lines = updateEnv ? writtenLines(envFile) : []
  return [
    asks,
    { does: 'get', what: `new tokens from ${tokenUrl}` },
    {
      does: record === undefined ? 'write' : 'write over',
      what: `${tokens.path}, the stored tokens`,
      path: tokens.path,
    },
    ...(lines.length > 0 ? [envChange(lines, envFile.path)] : []),
  ]
}

function envChange(lines: readonly string[], path: string): PlannedChange {
  return { does: 'write', what: `${lines.join(' and ')} in ${path}, and nothing else in it`, path }
}
