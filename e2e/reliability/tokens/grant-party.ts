import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  authorizeUrl,
  connect,
  type CTraderClient,
  createTokenSource,
  type Delivery,
  deliveryOf,
  exchangeCode,
  type Logger,
  readCode,
  refreshGrant,
  Secret,
  type TokenSource,
  type TokenStore,
} from '@openclaw-trading/ctrader-client'
import { refreshLockFile, tokenFile } from '@openclaw-trading/ctrader-client/node'
import { type LiveSimulator, startSimulator } from '@openclaw-trading/ctrader-simulator'
import { type AccountId, accountId } from '@openclaw-trading/trading-model'

/** What a token source does wrong, for tests of the test. */
export type PlantedSource =
  | 'refreshes-alone'
  | 'stores-late'
  | 'logs-tokens'
  | PlantedLeak
  | 'trades-on'
  | 'logs-traders-in'

/** Where a token is written that must not be: by the venue while bots run, or by a process to its standard error. */
export type PlantedLeak = 'venue-logs-tokens' | 'process-writes-tokens'

/** What the next refresh meets. */
export type Mishap = 'none' | 'reply-lost'

/** For answers that must come: a stall of the machine is no lost order. */
const PATIENT_MS = 10_000

/** One bot of the grant. */
export interface Bot {
  readonly client: CTraderClient
  readonly source: TokenSource
}

/** Bots of one grant over one token file, and a venue that counts what they send. */
export class GrantParty {
  readonly venue: LiveSimulator
  readonly bots: Bot[] = []
  /** Refresh tokens sent by bots of this process. */
  sent = 0
  /** Times that a source said that a person must log in. */
  loginsAskedFor = 0
  mishap: Mishap = 'none'
  readonly #folder: string
  readonly #secrets = new Set<string>()
  /** Of venue, clients, sources and processes, for as long as the party lasts. */
  readonly #log: string[]
  /** The very one that the venue was given. */
  readonly #venueLogger: Logger
  readonly #plant: PlantedSource | undefined

  private constructor(
    venue: LiveSimulator,
    folder: string,
    log: string[],
    venueLogger: Logger,
    plant: PlantedSource | undefined,
  ) {
    this.venue = venue
    this.#folder = folder
    this.#log = log
    this.#venueLogger = venueLogger
    this.#plant = plant
    this.#secrets.add(venue.credentials.clientSecret)
  }

  static async open(size: number, seed: number, plant?: PlantedSource): Promise<GrantParty> {
    const folder = await mkdtemp(join(tmpdir(), 'grant-'))
    const log: string[] = []
    const logger = loggerTo(log)
    const venue = await startSimulator({
      mode: { type: 'live-clock' },
      tls: false,
      oauth: true,
      seed,
      logger,
    })
    const party = new GrantParty(venue, folder, log, logger, plant)
    await party.#source().adopt(await party.login())
    for (let i = 0; i < size; i++) party.bots.push(await party.#bot())
    return party
  }

  get id(): AccountId {
    return accountId(this.venue.credentials.ctidTraderAccountId)
  }

  /** A live run gets a grant of its own whenever it asks, as if no person were needed. */
  get logsTradersIn(): boolean {
    return this.#plant === 'logs-traders-in'
  }

  /** The pair that every process sees. */
  async stored() {
    const record = await tokenFile(this.#path).load()
    if (record === undefined) throw new Error('No pair is stored.')
    for (const secret of [record.accessToken, record.refreshToken]) this.#secrets.add(secret.reveal())
    return record
  }

  /** A person logs in. */
  async login() {
    const { clientId } = this.venue.credentials
    const redirectUri = 'http://127.0.0.1:8719/callback'
    const state = 'state-of-the-party'
    const page = authorizeUrl({
      clientId,
      redirectUri,
      scope: 'trading',
      state,
      authorizeUrl: `${this.venue.oauthUrl}/apps/auth`,
    })
    const sentTo = (await fetch(page, { redirect: 'manual' })).headers.get('location') ?? ''
    return exchangeCode(this.#endpoint, { code: readCode(sentTo, state), redirectUri })
  }

  /** Whether every bot may use the account within a time; those that lost it for good authorise again. */
  async allAuthorized(withinMs: number): Promise<boolean> {
    const end = Date.now() + withinMs
    const each = this.bots.map(async ({ client, source }) => {
      while (Date.now() < end) {
        try {
          await client.request('trader', { ctidTraderAccountId: this.id }, { timeoutMs: 2000 })
          return true
        } catch {
          await client.authorize(this.id, source.token, { timeoutMs: 2000 }).catch(() => undefined)
          await new Promise(resolve => setTimeout(resolve, 50))
        }
      }
      return false
    })
    return (await Promise.all(each)).every(Boolean)
  }

  /** Lets processes of their own find that an access token is refused; returns what they did. */
  async processes(
    count: number,
    refused: string,
    crashes: boolean,
  ): Promise<readonly { sent: number; outcome: string }[]> {
    const { clientId, clientSecret } = this.venue.credentials
    const { tokenUrl } = this.#endpoint
    const leaks = this.#plant === 'process-writes-tokens'
    const order = JSON.stringify({
      path: this.#path,
      clientId,
      clientSecret,
      tokenUrl,
      refused,
      crashes,
      leaks,
    })
    return Promise.all(Array.from({ length: count }, () => child(order, this.#log)))
  }

  /** Lets every bot try to open a position, as if it had not heard; returns how each attempt ended. */
  async tryToEnter(): Promise<readonly (Delivery | 'placed')[]> {
    return Promise.all(
      this.bots.map(async ({ client }) => {
        if (this.#plant === 'trades-on')
          await client.authorize(this.id, (await this.login()).accessToken.reveal())
        const order = { symbolId: 41, orderType: 1, tradeSide: 1, volume: 1000 }
        const params = { ctidTraderAccountId: this.id, ...order }
        try {
          for await (const _ of client.command('newOrder', params, { timeoutMs: PATIENT_MS }));
          return 'placed'
        } catch (error) {
          return deliveryOf(error)
        }
      }),
    )
  }

  /** Tokens that appear in what was logged. */
  get leaks(): number {
    const text = this.#log.join('\n')
    return [...this.#secrets].filter(secret => text.includes(secret)).length
  }

  async close(): Promise<void> {
    for (const { client } of this.bots) await client.close()
    await this.venue.close()
    await rm(this.#folder, { recursive: true, force: true })
  }

  get #path(): string {
    return join(this.#folder, 'tokens.json')
  }

  get #endpoint() {
    const { clientId, clientSecret } = this.venue.credentials
    return { clientId, clientSecret: new Secret(clientSecret), tokenUrl: `${this.venue.oauthUrl}/apps/token` }
  }

  /** As each process makes one for itself. */
  #source(): TokenSource {
    const alone = this.#plant === 'refreshes-alone' ? `.${this.bots.length}` : ''
    return createTokenSource({
      store: this.#plant === 'stores-late' ? lateStore(tokenFile(this.#path)) : tokenFile(this.#path),
      lock: refreshLockFile(`${this.#path}${alone}`),
      refresh: async refreshToken => {
        this.sent += 1
        const grant = await refreshGrant(this.#endpoint, refreshToken)
        for (const secret of [grant.accessToken, grant.refreshToken]) this.#secrets.add(secret.reveal())
        if (this.#plant === 'logs-tokens') this.#log.push(`refreshed ${grant.accessToken.reveal()}`)
        if (this.#plant === 'venue-logs-tokens')
          this.#venueLogger.info({ token: grant.accessToken.reveal() }, 'refreshed')
        if (this.mishap === 'reply-lost') throw new TypeError('fetch failed: the answer was lost')
        return grant
      },
      onEvent: event => {
        this.#log.push(JSON.stringify(event))
        if (event.type === 'refresh-failed' && event.needsLogin) this.loginsAskedFor += 1
      },
    })
  }

  async #bot(): Promise<Bot> {
    const { host, port, credentials } = this.venue
    const { clientId, clientSecret } = credentials
    const source = this.#source()
    const client = await connect({
      environment: { host, port, tls: false },
      application: { clientId, clientSecret },
      logger: loggerTo(this.#log),
    })
    await client.authorize(this.id, source.token)
    return { client, source }
  }
}

/** Tells that a pair is stored before it is. */
function lateStore(store: TokenStore): TokenStore {
  return {
    load: () => store.load(),
    async save(record) {
      if ((await store.load()) === undefined) await store.save(record)
      else setTimeout(() => void store.save(record), 1500)
    },
  }
}

function loggerTo(lines: string[]): Logger {
  const write = (fields: Readonly<Record<string, unknown>>, message: string): void => {
    lines.push(`${message} ${JSON.stringify(fields)}`)
  }
  return { debug: write, info: write, warn: write, error: write }
}

async function child(order: string, log: string[]): Promise<{ sent: number; outcome: string }> {
  const script = fileURLToPath(new URL('./refresher-child.ts', import.meta.url))
  const args = ['--import', 'tsx', '--conditions=@openclaw-trading/source', script]
  const started = spawn(process.execPath, args, { stdio: 'pipe' })
  started.stdin.end(order)
  const [text, complaints] = await Promise.all([allOf(started.stdout), allOf(started.stderr)])
  log.push(text, complaints)
  return text === ''
    ? { sent: 1, outcome: 'crashed' }
    : (JSON.parse(text) as { sent: number; outcome: string })
}

async function allOf(stream: Readable): Promise<string> {
  let text = ''
  stream.setEncoding('utf8')
  for await (const chunk of stream) text += String(chunk)
  return text
}
