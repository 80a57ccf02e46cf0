// Of both packages the lightest parts: they are loaded for each command.
import { type EngineErrorCode, isEngineError } from '@openclaw-trading/bot-engine/statistics'
import { exitCodeOf as clientExitCodeOf, isCTraderError } from '@openclaw-trading/ctrader-client/terminal'
import { CliError } from './errors.ts'
import { VERSION } from './version.ts'

type ServerModule = typeof import('@openclaw-trading/reference-server')
type StrategiesModule = typeof import('@openclaw-trading/reference-server/strategies')

const SERVER = '@openclaw-trading/reference-server'

let loaded: ServerModule | undefined

/** Loads the server package, which is optional and heavy. @throws {@link CliError} `server-missing` */
export async function loadServer(): Promise<ServerModule> {
  loaded = await installed(() => import('@openclaw-trading/reference-server'))
  return loaded
}

/** Loads the strategies of that package, without its queue, hub and stores. @throws {@link CliError} `server-missing` */
export function loadServerStrategies(): Promise<StrategiesModule> {
  return installed(() => import('@openclaw-trading/reference-server/strategies'))
}

async function installed<Module>(load: () => Promise<Module>): Promise<Module> {
  try {
    return await load()
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND')) throw cause
    throw new CliError('server-missing', whyMissing(cause.message), { cause })
  }
}

/** What to do where Node finds no server, or not all of it. */
export function whyMissing(message: string): string {
  const add = `npm install ${SERVER}@${VERSION}`
  return message.startsWith(`Cannot find package '${SERVER}'`)
    ? `This command runs a server, which a new project does not have: with its PostgreSQL it takes about 100 MB. Add it with "${add}", and run the command again.`
    : `The server is not whole: ${message}. Run "npm run build" in the repository; in a project, run "${add}".`
}

/** Exit codes of the engine's errors, for commands that load no server; whatever else says `data-` is 10. */
const ENGINE: Readonly<Partial<Record<EngineErrorCode, number>>> = {
  'invalid-params': 3,
  'invalid-options': 3,
  // The strategy is at fault, as where it cannot be loaded.
  'handler-failed': 3,
  'state-invalid': 10,
  'unknown-symbol': 4,
  'not-writable': 5,
  'data-busy': 11,
  'out-of-sync': 5,
  'broker-unavailable': 9,
}

/** The exit code of a failure; 1 for one that nobody knows. */
export function exitCodeOf(error: unknown): number {
  if (isCTraderError(error)) return clientExitCodeOf(error)
  if (!isEngineError(error)) return loaded?.exitCodeOf(error) ?? 1
  return ENGINE[error.code] ?? (error.code.startsWith('data-') ? 10 : 1)
}

/** Tells whether `DEBUG` asks for stack traces. */
export function isDebug(value: string | undefined): boolean {
  return (value ?? '')
    .split(/[\s,]+/)
    .some(part => part === '*' || part === 'claw' || part.startsWith('claw:'))
}
