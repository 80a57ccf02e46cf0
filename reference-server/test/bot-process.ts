import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { FromBot, ToBot } from '@openclaw-trading/control-plane'
import { childEnvironment } from '../src/config.ts'
import type { VenueAccess } from '../src/venue/venue-mode.ts'
import { builtEntry } from './built.ts'

const processes: ChildProcess[] = []

/** Kills every bot that is left. */
export function killBots(): void {
  for (const child of processes.splice(0)) child.kill('SIGKILL')
}

/** A bot in a process of its own, with a test in the place of its worker. */
export interface Bot {
  readonly child: ChildProcess
  readonly heard: FromBot[]
  readonly exited: Promise<number | null>
  send(message: ToBot): void
}

/** Starts the process of a bot, as a worker does. */
export async function startBotProcess(
  access: Omit<VenueAccess, 'venueId'>,
  options: {
    readonly apiUrl: string
    readonly stateDir: string
    readonly bot?: string
    readonly accessToken?: string
    readonly recordSessions?: boolean
  },
): Promise<Bot> {
  const { file, execArgv } = builtEntry('bot')
  const { bot = 'S03', apiUrl, stateDir, accessToken = access.accessToken, recordSessions = false } = options
  const strategies = fileURLToPath(new URL('./throwing-strategy.mjs', import.meta.url))
  const child = fork(
    file,
    ['--bot', bot, '--account-type', 'demo', ...(bot === 'S03' ? [] : ['--strategies', strategies])],
    {
      execArgv: [...execArgv],
      env: childEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    },
  )
  processes.push(child)
  child.stderr?.resume()
  const heard: FromBot[] = []
  child.on('message', (message: FromBot) => heard.push(message))
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  const { host, port, ca, clientId, clientSecret, ctidTraderAccountId } = access
  const send = (message: ToBot) => void child.send(message)
  send({
    type: 'start',
    botId: bot,
    accountType: 'demo',
    epoch: 1,
    nonce: 'n',
    apiUrl,
    stateDir,
    environmentName: 'simulated:test',
    recordSessions,
    broker: {
      host,
      port,
      ...(ca === undefined ? {} : { ca }),
      clientId,
      clientSecret,
      accessToken,
      ctidTraderAccountId,
    },
  })
  return { child, heard, exited, send }
}
