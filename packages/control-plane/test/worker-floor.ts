import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import type { InstanceRef, SessionEndRequest, SessionStartRequest } from '../src/client/contracts.ts'
import type { Database } from '../src/database/connect.ts'
import { botStore } from '../src/stores/bots.ts'
import { controlStore } from '../src/stores/control.ts'
import { type Instance, instanceStore } from '../src/stores/instances.ts'
import { sessionStore } from '../src/stores/sessions.ts'
import { createSupervisor } from '../src/supervise/supervisor.ts'
import type { BotLaunch, Supervisor, SupervisorOptions } from '../src/supervise/supervisor-options.ts'

/** The bot that behaves as its argument says. */
export const STUB_BOT = fileURLToPath(new URL('./bots/stub-bot.mjs', import.meta.url))

/** A secret that must be seen nowhere. */
export const SECRET = 'ctrader-secret-4711'

/** The part of the API that a stub needs. */
export async function serveSessions(database: Database): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', async () => {
      try {
        const body = JSON.parse(Buffer.concat(chunks).toString('utf8'))
        const answer =
          request.url === '/session/start'
            ? await sessionStore.start(database, body as SessionStartRequest)
            : await sessionStore.end(database, body as SessionEndRequest)
        response.end(JSON.stringify(answer))
      } catch (error) {
        response.writeHead(409).end(String(error))
      }
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** A bot and its instance, stopped or to be run. */
export async function addInstance(
  database: Database,
  status: 'running' | 'stopped' = 'running',
): Promise<InstanceRef> {
  const botId = `S${randomBytes(4).toString('hex')}`
  await botStore.register(database, {
    botId,
    name: 'Stub',
    module: 'stub',
    description: 'Behaves as its argument says.',
    symbols: ['XAUUSD'],
    timeframes: ['m1'],
    paramsSchema: {},
    hypothesis: 'None.',
  })
  const ref = { botId, accountType: 'demo' } as const
  await controlStore.ensure(database, ref, { status, reason: 'test', updatedBy: 'test' })
  return ref
}

/** How to start a stub. */
export function stubLaunch(apiUrl: string, mode: string): BotLaunch {
  return {
    entry: STUB_BOT,
    args: [mode],
    execArgv: [],
    env: { STUB: mode },
    start: {
      apiUrl,
      stateDir: '/nowhere',
      environmentName: 'simulated:stub',
      broker: {
        host: '127.0.0.1',
        port: 1,
        clientId: 'stub',
        clientSecret: SECRET,
        accessToken: SECRET,
        ctidTraderAccountId: 7,
      },
    },
  }
}

/** A worker with deadlines for tests, and a way to wait for what it does. */
export interface TestWorker {
  readonly worker: Supervisor
  /** Resolves with the row once it is as wanted; looks again whenever the worker has changed one. */
  until(ref: InstanceRef, isWanted: (instance: Instance) => boolean): Promise<Instance>
}

/** Makes one; all its bots behave in one way unless `launch` is given. */
export function testWorker(
  database: Database,
  apiUrl: string,
  options: Partial<SupervisorOptions> & { readonly mode?: string } = {},
): TestWorker {
  let wake: () => void = () => {}
  let changed = new Promise<void>(resolve => {
    wake = resolve
  })
  const tell = (): void => {
    wake()
    changed = new Promise(resolve => {
      wake = resolve
    })
  }
  const { mode = 'good', ...rest } = options
  const worker = createSupervisor({
    database,
    hostName: 'h1',
    launch: async () => stubLaunch(apiUrl, mode),
    passMs: 50,
    // Long enough for a slow machine; what must run out is made short by its test.
    stop: { askMs: 20_000, termMs: 20_000, killMs: 20_000 },
    restart: { minMs: 20, maxMs: 40 },
    ...rest,
    onChange: ref => {
      tell()
      rest.onChange?.(ref)
    },
  })
  const until: TestWorker['until'] = async (ref, isWanted) => {
    for (;;) {
      const next = changed
      const instance = await instanceStore.get(database, ref)
      if (instance !== null && isWanted(instance)) return instance
      await next
    }
  }
  return { worker, until }
}
