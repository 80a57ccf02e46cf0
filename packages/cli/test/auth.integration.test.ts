import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { get } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import {
  connect,
  createTokenSource,
  isCTraderError,
  refreshOverConnection,
  Secret,
} from '@openclaw-trading/ctrader-client'
import {
  readAuthSettings,
  refreshLockFile,
  tokenFile,
  tokenSourceOf,
} from '@openclaw-trading/ctrader-client/node'
import { type Simulator, startSimulator } from '@openclaw-trading/ctrader-simulator'
import { accountId, unixMs } from '@openclaw-trading/trading-model'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
const ctrader = fileURLToPath(new URL('../../ctrader-client/dist/main.js', import.meta.url))
const claw = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const refresher = fileURLToPath(new URL('refresher.ts', import.meta.url))

let venue: Simulator
let dir: string
const children: ChildProcess[] = []
/** Everything that any command of this file printed. */
let printed = ''

beforeAll(async () => {
  venue = await startSimulator({ mode: { type: 'live-clock' }, tls: false, oauth: true })
})
afterAll(() => venue.close())
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'claw-auth-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await rm(dir, { recursive: true, force: true })
})

const ENV_HEAD = '# mine \u00fc\r\nOTHER="a b"\r\n'

async function writeEnv(extra = ''): Promise<void> {
  const { clientId, clientSecret } = venue.credentials
  const text = [
    `${ENV_HEAD}CTRADER_CLIENT_ID=${clientId}`,
    `CTRADER_CLIENT_SECRET=${clientSecret}`,
    `CTRADER_AUTHORIZE_URL=${venue.oauthUrl}/apps/auth`,
    `CTRADER_TOKEN_URL=${venue.oauthUrl}/apps/token`,
    `CTRADER_REDIRECT_URI=http://127.0.0.1:${await freePort()}/callback`,
    extra,
  ].join('\n')
  await writeFile(join(dir, '.env'), text, { mode: 0o600 })
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

function start(script: string, args: readonly string[]) {
  const child = spawn(
    process.execPath,
    // The built packages, as their user runs them: from sources each process would take five times as long to start.
    [...(script.endsWith('.ts') ? ['--import', tsx] : []), script, ...args],
    {
      cwd: dir,
      env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' },
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  )
  children.push(child)
  const output = { out: '', err: '' }
  let onText = (): void => {}
  const take = (stream: 'out' | 'err') => (text: string) => {
    output[stream] += text
    printed += text
    onText()
  }
  child.stdout.setEncoding('utf8').on('data', take('out'))
  child.stderr.setEncoding('utf8').on('data', take('err'))
  const ended = new Promise<{ code: number | null; out: string; err: string }>(resolve =>
    child.on('close', code => resolve({ code, ...output })),
  )
  /** Resolves with what the pattern finds on standard error. */
  const says = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      onText = () => {
        const found = pattern.exec(output.err)?.[0]
        if (found !== undefined) resolve(found)
      }
      onText()
      void ended.then(({ err }) => reject(new Error(`it ended: ${err}`)))
    })
  return { child, ended, says }
}

/** The person at the browser: opens the page and is sent back. */
async function consent(url: string): Promise<string> {
  const response = await fetch(url, { redirect: 'manual' })
  return response.headers.get('location') ?? ''
}

/** Opens an address as a page: the platform's fetch says that it is a script, and is refused. */
function follow(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'sec-fetch-mode': 'navigate' } }, response => {
      let body = ''
      response.setEncoding('utf8').on('data', text => (body += text))
      response.on('end', () => resolve(body))
    }).on('error', reject)
  })
}

const stored = () => tokenFile(join(dir, '.ctrader', 'tokens.json'))

/** Stores a pair of a fresh grant without a command; it ends within the hour, so it is due. */
async function seed(): Promise<void> {
  const redirect = 'http://127.0.0.1:1/cb'
  const { clientId: client_id, clientSecret: client_secret } = venue.credentials
  const location = await consent(
    `${venue.oauthUrl}/apps/auth?${new URLSearchParams({ client_id, redirect_uri: redirect, scope: 'trading' })}`,
  )
  const code = new URL(location).searchParams.get('code') ?? ''
  const query = { grant_type: 'authorization_code', client_id, client_secret, code, redirect_uri: redirect }
  const answer = await fetch(`${venue.oauthUrl}/apps/token?${new URLSearchParams(query)}`)
  const { accessToken, refreshToken } = (await answer.json()) as { accessToken: string; refreshToken: string }
  await stored().save({
    generation: 1,
    accessToken: new Secret(accessToken),
    refreshToken: new Secret(refreshToken),
    issuedAt: unixMs(Date.now() - 2_624_400_000),
    expiresAt: unixMs(Date.now() + 3_600_000),
  })
}

async function works(token: string): Promise<boolean> {
  const { clientId, clientSecret } = venue.credentials
  const client = await connect({
    environment: { host: venue.host, port: venue.port, tls: false },
    application: { clientId, clientSecret },
  })
  try {
    return (await client.accounts(token)).length === 1
  } catch (error) {
    if (isCTraderError(error, 'token-invalid')) return false
    throw error
  } finally {
    await client.close()
  }
}

describe('ctrader auth', () => {
  it('logs in, shows, refreshes and syncs, and prints no secret at any step', async () => {
    await writeEnv('CTRADER_ACCESS_TOKEN="old" # mine\nCTRADER_REFRESH_TOKEN=old\nLAST=1')
    const secrets = [venue.credentials.clientSecret]
    printed = ''
    const login = start(ctrader, ['auth', 'login'])
    const url = await login.says(/http:\/\/\S+\/apps\/auth\S+/)
    await login.says(/Waiting for the answer/)
    const location = await consent(url)
    secrets.push(new URL(location).searchParams.get('code') ?? '')
    expect(await follow(location)).toContain('Access granted')
    expect(await login.ended).toMatchObject({ code: 0, out: expect.stringContaining('Logged in.') })
    const first = await stored().load()
    expect(await works(first?.accessToken.reveal() ?? '')).toBe(true)

    const status = await start(ctrader, ['auth', 'status']).ended
    expect(status).toMatchObject({ code: 7, out: expect.stringContaining('verdict     out-of-sync') })
    expect(status.out).toMatch(/refresh token +set +43 {2}[0-9a-f]{8}\n/)
    const dry = await start(ctrader, ['auth', 'sync', '--json']).ended
    expect([dry.code, JSON.parse(dry.out).data.differing]).toEqual([
      7,
      ['CTRADER_ACCESS_TOKEN', 'CTRADER_REFRESH_TOKEN'],
    ])

    const refreshed = await start(ctrader, ['auth', 'refresh', '--update-env', '--json']).ended
    expect(JSON.parse(refreshed.out)).toMatchObject({
      ok: true,
      data: { generation: 2, sync: { written: true } },
    })
    const second = await stored().load()
    expect(await works(first?.accessToken.reveal() ?? '')).toBe(false)
    expect(await works(second?.accessToken.reveal() ?? '')).toBe(true)
    const env = await readFile(join(dir, '.env'), 'utf8')
    expect(env.startsWith(ENV_HEAD)).toBe(true)
    expect(env).toContain(`CTRADER_ACCESS_TOKEN="${second?.accessToken.reveal()}" # mine\n`)
    expect(env).toMatch(/\nLAST=1$/)
    expect((await stat(join(dir, '.env'))).mode & 0o777).toBe(0o600)

    const after = await start(claw, ['auth', 'status', '--json']).ended
    expect([after.code, JSON.parse(after.out).data.verdict]).toEqual([0, 'valid'])
    for (const record of [first, second])
      secrets.push(record?.accessToken.reveal() ?? '', record?.refreshToken.reveal() ?? '')
    expect(secrets.every(secret => secret.length > 20)).toBe(true)
    expect(secrets.filter(secret => printed.includes(secret))).toEqual([])
  })

  it('tells in a dry run what login, refresh and sync would do, and does none of it', async () => {
    await writeEnv('CTRADER_ACCESS_TOKEN=old')
    await seed()
    const files = async () =>
      Promise.all(['.env', join('.ctrader', 'tokens.json')].map(file => readFile(join(dir, file), 'utf8')))
    const before = await files()
    const dry = async (script: string, line: string) => {
      const { code, out } = await start(script, [...line.split(' '), '--dry-run', '--json']).ended
      expect([line, code]).toEqual([line, 0])
      return JSON.parse(out)
    }
    const verbs = ({ data }: { data: { would: { does: string }[] } }) => data.would.map(({ does }) => does)
    const login = await dry(claw, 'auth login --update-env')
    expect(login).toMatchObject({ schema: 'claw.dry-run/1', ok: true, data: { command: 'auth login' } })
    expect(verbs(login)).toEqual(['ask', 'get', 'write over', 'write'])
    expect(verbs(await dry(claw, 'auth refresh'))).toEqual(['use up', 'get', 'write over'])
    expect(verbs(await dry(claw, 'auth sync --update-env'))).toEqual(['write'])
    expect(verbs(await dry(claw, 'auth sync'))).toEqual([])
    expect((await dry(ctrader, 'auth refresh')).schema).toBe('ctrader.dry-run/1')
    const text = await start(claw, ['--dry-run', 'auth', 'sync', '--update-env']).ended
    expect(text).toMatchObject({ code: 0, out: expect.stringContaining('write  CTRADER_ACCESS_TOKEN in ') })
    expect(await files()).toEqual(before)
    // The refresh token can be used once: it still can.
    expect((await start(claw, ['auth', 'refresh']).ended).code).toBe(0)
  })

  it('logs in where there is no browser, by the pasted address or the code alone', async () => {
    await writeEnv()
    for (const take of [
      (location: string) => location,
      (location: string) => location.split('code=')[1] ?? '',
    ]) {
      const login = start(claw, ['auth', 'login', '--paste', '--json'])
      const location = await consent(await login.says(/http:\/\/\S+\/apps\/auth\S+/))
      login.child.stdin?.end(`${take(location)}\n`)
      const { code, out } = await login.ended
      expect([code, JSON.parse(out).ok]).toEqual([0, true])
    }
    expect((await stored().load())?.generation).toBe(2)
  })

  it('tells a used code, a missing setting and missing tokens with their exit codes, and no secret', async () => {
    await writeEnv()
    const login = start(ctrader, ['auth', 'login', '--paste'])
    const location = await consent(await login.says(/http:\/\/\S+\/apps\/auth\S+/))
    const { clientId: client_id, clientSecret: client_secret } = venue.credentials
    const code = new URL(location).searchParams.get('code') ?? ''
    const query = { grant_type: 'authorization_code', client_id, client_secret, code }
    await fetch(`${venue.oauthUrl}/apps/token?${new URLSearchParams(query)}`)
    printed = ''
    login.child.stdin?.end(`${location}\n`)
    expect(await login.ended).toMatchObject({ code: 7, err: expect.stringContaining('ACCESS_DENIED') })
    expect(await start(ctrader, ['auth', 'refresh']).ended).toMatchObject({
      code: 7,
      err: expect.stringContaining('Log in: ctrader auth login.'),
    })
    await writeFile(join(dir, '.env'), '')
    expect(await start(ctrader, ['auth', 'login']).ended).toMatchObject({
      code: 7,
      err: expect.stringContaining('CTRADER_CLIENT_ID is not set'),
    })
    expect([code, client_secret].filter(secret => printed.includes(secret))).toEqual([])
  })

  it('ends at Ctrl-C while it waits, stores nothing and frees the port', async () => {
    await writeEnv()
    const login = start(ctrader, ['auth', 'login'])
    await login.says(/Waiting for the answer/)
    login.child.kill('SIGINT')
    expect((await login.ended).code).toBe(130)
    expect(await stored().load()).toBeUndefined()
  })
})

describe('processes that share a grant', () => {
  it('refresh once when they all want to at the same time', async () => {
    await writeEnv()
    await seed()
    const before = await stored().load()
    const ends = await Promise.all(Array.from({ length: 4 }, () => start(refresher, ['due']).ended))
    const results = ends.map(
      ({ out }) => JSON.parse(out) as { readonly sent: number; readonly generation: number },
    )
    expect(results.map(({ generation }) => generation)).toEqual([2, 2, 2, 2])
    expect(results.reduce((sum, { sent }) => sum + sent, 0)).toBe(1)
    const after = await stored().load()
    expect(after?.refreshToken.equals(before?.refreshToken ?? new Secret(''))).toBe(false)
    expect(await works(after?.accessToken.reveal() ?? '')).toBe(true)
    expect((await readdir(join(dir, '.ctrader'))).sort()).toEqual(['.gitignore', 'tokens.json'])
  })

  it('never send a refresh token again after a crash between its answer and the store', async () => {
    await writeEnv()
    await seed()
    const crashed = start(refresher, ['crash'])
    await crashed.ended
    expect(crashed.child.signalCode).toBe('SIGKILL')
    const settings = await readAuthSettings({ env: {}, cwd: dir })
    const source = tokenSourceOf(settings)
    const error: unknown = await source.refresh().catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'token-invalid', details: { serverCode: 'REFRESH_UNKNOWN' } })
    const status = await start(ctrader, ['auth', 'status']).ended
    expect(status).toMatchObject({ code: 7, out: expect.stringContaining('verdict     login-needed') })
    // A login heals it.
    const login = start(ctrader, ['auth', 'login', '--paste'])
    login.child.stdin?.end(`${await consent(await login.says(/http:\/\/\S+\/apps\/auth\S+/))}\n`)
    expect((await login.ended).code).toBe(0)
    expect(await works(await source.token())).toBe(true)
  })

  it('lose nothing by a crash between the store and the first use', async () => {
    await writeEnv()
    await seed()
    const crashed = start(refresher, ['crash-after-store'])
    await crashed.ended
    expect(crashed.child.signalCode).toBe('SIGKILL')
    const source = tokenSourceOf(await readAuthSettings({ env: {}, cwd: dir }))
    expect((await stored().load())?.generation).toBe(2)
    expect(await works(await source.token())).toBe(true)
  })
})

describe('sessions under a token', () => {
  it('lose their account by a refresh over a connection, and get it back with the same token function', async () => {
    await seed()
    const { clientId, clientSecret, ctidTraderAccountId } = venue.credentials
    const open = () =>
      connect({
        environment: { host: venue.host, port: venue.port, tls: false },
        application: { clientId, clientSecret },
      })
    const [bot, other] = [await open(), await open()]
    const source = createTokenSource({
      store: stored(),
      lock: refreshLockFile(stored().path),
      refresh: token => refreshOverConnection(other, token),
    })
    const id = accountId(ctidTraderAccountId)
    await bot.authorize(id, source.token)
    const ended = new Promise<unknown>(resolve => bot.on('tokens-invalidated', resolve))
    await source.refresh()
    expect(await ended).toMatchObject({ ctidTraderAccountIds: [ctidTraderAccountId] })
    const account = await bot.authorize(id, source.token)
    expect((await account.snapshot()).positions).toEqual([])
    await Promise.all([bot.close(), other.close()])
  })
})
