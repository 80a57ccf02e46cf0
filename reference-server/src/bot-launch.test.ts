import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type BotLauncherParts, botLauncher } from './bot-launch.ts'
import { createRegistry } from './strategies/registry.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claw-launch-'))
})
afterEach(() => rm(folder, { recursive: true }))

const broker = {
  ...{ host: '127.0.0.1', port: 5035, clientId: 'id', clientSecret: 'secret' },
  ...{ accessToken: 'token', ctidTraderAccountId: 1 },
}

function launch(options: Partial<BotLauncherParts['ground']['options']>) {
  const parts = {
    ground: {
      options: { dataDir: folder, port: 0, ...options },
      environment: { type: 'simulated' },
      dataDir: { bots: folder, logs: folder },
      registry: createRegistry(),
    },
    venue: { access: { ...broker, venueId: 'v1' } },
    environmentName: 'simulated:v1',
    apiUrl: 'http://127.0.0.1:8000',
  } as unknown as BotLauncherParts
  return botLauncher(parts)({ botId: 'S03', accountType: 'demo' })
}

it('tells a bot how long its feed may be without a price, and secrets in its start alone', async () => {
  const quoteSilence = { staleAfterMs: 20_000, keptBackAfterMs: 30_000 }
  const { args, env, start } = await launch({ quoteSilence })
  expect(start).toMatchObject({ quoteSilence, broker })
  expect(JSON.stringify([args, env])).not.toMatch(/secret|token/)
})

it('leaves the limits of silence to the bot where nobody states them', async () => {
  expect((await launch({})).start).not.toHaveProperty('quoteSilence')
})

it('tells a bot to record its sessions where that is asked for', async () => {
  expect((await launch({ recordSessions: true })).start).toMatchObject({ recordSessions: true })
  expect((await launch({ recordSessions: false })).start).not.toHaveProperty('recordSessions')
})
