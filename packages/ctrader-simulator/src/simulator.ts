import { randomUUID } from 'node:crypto'
import { isAbsolute, resolve } from 'node:path'
import type { UnixMs } from '@openclaw-trading/trading-model'
import { createCertificate } from './certificate.ts'
import type { Connection, ConnectionListener } from './session/connection.ts'
import type { SimulatorControl } from './control/control.ts'
import { liveControl } from './control/live-control.ts'
import { dispatch } from './session/dispatch.ts'
import { factsOf } from './facts.ts'
import type { Switchboard } from './faults/switchboard.ts'
import { VenueMarket } from './live/market.ts'
import { fingerprintOf, restoreVenue } from './live/record.ts'
import { LiveVenue } from './live/venue.ts'
import { type OAuthStub, startOAuthStub } from './oauth/stub.ts'
import type { Credentials, LiveClockMode, Logger, ReplayMode, SimulatorOptions } from './options.ts'
import type { ReplaySummary } from './replay/summary.ts'
import { ReplayVenue } from './replay/venue.ts'
import { Server } from './server.ts'
import { DEFAULT_START_AT, loadReplay, loadTicks, type Settings, settingsOf, speedOf } from './settings.ts'
import type { Venue, VenueFacts } from './venue.ts'
import type { SocketWire } from './wire/wire.ts'

/** Why a simulator ended. */
export type SimulatorEnd =
  /** {@link Simulator.close} was called. */
  | { readonly type: 'closed' }
  /** It could not go on, e.g. because its state could not be written; it has closed itself. */
  | { readonly type: 'failed'; readonly error: unknown }

/** A venue that runs. */
export interface Simulator {
  readonly host: string
  /** Takes protobuf, over a socket and over WebSocket. */
  readonly port: number
  /** Takes JSON, over a socket and over WebSocket; present with the option `jsonPort`. */
  readonly jsonPort?: number
  /** Certificate to trust (PEM); absent over plain TCP. */
  readonly ca?: string
  readonly credentials: Credentials & { readonly ctidTraderAccountId: number }
  /** Every account of the venue's user; the first is that of the credentials. */
  readonly accounts: readonly { readonly ctidTraderAccountId: number; readonly isLive: boolean }[]
  /** Belongs to the access token of the credentials; it can be used once. */
  readonly refreshToken: string
  /** Begin of `/apps/auth` and `/apps/token`; present with the option `oauth`. */
  readonly oauthUrl?: string
  /** Names the venue whose ids these are: a restart with the same state keeps it, a new venue has a new one. */
  readonly venueId: string
  /** Market time; in a replay the time of the last quote sent. */
  now(): UnixMs
  /** Resolves once it has ended, for whatever reason. Never rejects. */
  readonly ended: Promise<SimulatorEnd>
  /** Makes its state durable, cuts every connection and frees the port. Safe to call twice. */
  close(): Promise<void>
}

/** A venue whose market runs on by itself, and what can be done to it. */
export interface LiveSimulator extends Simulator {
  /** Faults, clock, prices, connections: what a test does to the venue. */
  readonly control: SimulatorControl
}

/** A replay that runs. */
export interface ReplaySimulator extends Simulator {
  /**
   * Resolves when the bot has confirmed the last message and was told `replay-ended`.
   *
   * Rejects with a {@link SimulatorError}: `lookahead-broken`, `mark-violation`, `connection-lost`, `replay-stalled`, `closed`.
   */
  readonly finished: Promise<ReplaySummary>
}

/**
 * Starts a cTrader venue on this machine: real protocol, simulated market.
 *
 * @example
 * ```ts
 * const venue = await startSimulator({ mode: { type: 'live-clock' }, seed: 7 })
 * const { host, port, ca = '' } = venue
 * const client = await connect({ environment: { host, port, ca }, application: venue.credentials })
 * await venue.close()
 * ```
 *
 * @throws {@link SimulatorError} `invalid-options`, `listen-failed`, `state-unavailable`, `state-damaged`
 * @throws EngineError `data-missing`, `data-invalid` for a file of quotes
 */
export function startSimulator(options: SimulatorOptions<ReplayMode>): Promise<ReplaySimulator>
/** Starts a venue whose market runs on by itself. */
export function startSimulator(options: SimulatorOptions<LiveClockMode>): Promise<LiveSimulator>
/** Starts a venue in either mode. */
export function startSimulator(options: SimulatorOptions): Promise<Simulator>
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const settings = settingsOf(options)
  const end = new SimulatorLife()
  if (options.mode.type === 'replay') {
    const venue = await createReplay(options, options.mode, settings)
    const listener = listenerOf(venue, error => venue.abort(error), settings.logger)
    const server = await listen(settings, listener, false)
    end.own(venue, server.server)
    const now = () => venue.now as UnixMs
    return {
      ...publicFace(settings, venue, server, end),
      ...(await openOAuth(options, settings, venue.facts, end)),
      now,
      finished: venue.finished,
    } as ReplaySimulator
  }
  let server: ListeningServer | undefined
  const connections = () => server?.server.connections ?? []
  const onFailure = (error: unknown): void => end.fail(error, settings.logger)
  const venue = await createLive(options, options.mode, settings, connections, onFailure)
  const { board, control } = liveControl(venue, options.mode, settings, connections)
  const [first] = venue.accounts
  server = await listen(settings, listenerOf(first, onFailure, settings.logger), true, board).catch(
    (cause: unknown) => {
      venue.close()
      throw cause
    },
  )
  end.own(venue, server.server)
  try {
    venue.start()
  } catch (error) {
    await end.close({ type: 'failed', error })
    throw error
  }
  const oauth = await openOAuth(options, settings, first.facts, end)
  const face = { ...publicFace(settings, first, server, end), ...oauth, now: () => venue.now as UnixMs }
  return { ...face, control } as LiveSimulator
}

/** Starts the consent page and the token endpoint where they are asked for; they end with the venue. */
async function openOAuth(
  { oauth }: SimulatorOptions,
  { host, logger }: Settings,
  facts: VenueFacts,
  life: SimulatorLife,
): Promise<{ readonly oauthUrl?: string }> {
  if (oauth === undefined || oauth === false) return {}
  try {
    const stub = await startOAuthStub(facts, host, logger)
    life.attach(stub)
    return { oauthUrl: stub.url }
  } catch (error) {
    await life.close({ type: 'failed', error })
    throw error
  }
}

interface ListeningServer {
  readonly server: Server
  readonly ca?: string
}

/** Ends venue and server together, once. */
class SimulatorLife {
  readonly ended: Promise<SimulatorEnd>
  #resolve: (end: SimulatorEnd) => void = () => {}
  #closing: Promise<void> | undefined
  #venue: { close(): void } | undefined
  #server: Server | undefined
  #oauth: OAuthStub | undefined

  constructor() {
    this.ended = new Promise(resolve => {
      this.#resolve = resolve
    })
  }

  own(venue: { close(): void }, server: Server): void {
    this.#venue = venue
    this.#server = server
  }

  attach(oauth: OAuthStub): void {
    this.#oauth = oauth
    // The venue failed while this was starting.
    if (this.#closing !== undefined) void oauth.close()
  }

  close(end: SimulatorEnd = { type: 'closed' }): Promise<void> {
    this.#closing ??= this.#run(end)
    return this.#closing
  }

  fail(error: unknown, logger: Logger): void {
    logger.error({ reason: String(error) }, 'venue failed')
    void this.close({ type: 'failed', error })
  }

  async #run(end: SimulatorEnd): Promise<void> {
    try {
      this.#venue?.close()
      await this.#oauth?.close()
      await this.#server?.close()
      this.#resolve(end)
    } catch (error) {
      await this.#server?.close()
      this.#resolve({ type: 'failed', error })
    }
  }
}

async function listen(
  settings: Settings,
  listener: ConnectionListener,
  isTimed: boolean,
  board?: Switchboard,
): Promise<ListeningServer> {
  const { host, port, jsonPort, times, logger, tls } = settings
  const certificate = tls ? await createCertificate() : undefined
  const server = await Server.listen({
    host,
    port,
    listener,
    logger,
    ...(jsonPort === undefined ? {} : { jsonPort }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(isTimed ? { times } : {}),
    ...(board === undefined ? {} : { wrap: (wire: SocketWire) => board.wrap(wire) }),
  })
  logger.info({ host, port: server.port, tls }, 'venue listens')
  return certificate === undefined ? { server } : { server, ca: certificate.certificate }
}

/** A handler that throws is a fault of the venue: it must not go on as if nothing had happened. */
function listenerOf(venue: Venue, onFailure: (error: unknown) => void, logger: Logger): ConnectionListener {
  return {
    onEnvelope(connection: Connection, envelope) {
      logger.debug({ connection: connection.id, payloadType: envelope.payloadType }, 'request')
      try {
        dispatch(venue, connection, envelope)
      } catch (error) {
        onFailure(error)
      }
    },
    onClosed(connection) {
      venue.facts.grants.leave(connection)
      venue.left(connection)
    },
  }
}

function publicFace(
  settings: Settings,
  { accounts, facts }: Venue,
  { server, ca }: ListeningServer,
  life: SimulatorLife,
) {
  return {
    host: settings.host,
    port: server.port,
    ...(server.jsonPort === undefined ? {} : { jsonPort: server.jsonPort }),
    ...(ca === undefined ? {} : { ca }),
    credentials: { ...facts.credentials, ctidTraderAccountId: facts.ctidTraderAccountId },
    accounts: accounts.map(({ facts: { ctidTraderAccountId, isLive } }) => ({ ctidTraderAccountId, isLive })),
    refreshToken: facts.grants.firstRefreshToken,
    venueId: facts.venueId,
    ended: life.ended,
    close: () => life.close(),
  }
}

async function createReplay(
  options: SimulatorOptions,
  mode: ReplayMode,
  settings: Settings,
): Promise<ReplayVenue> {
  const { logger, model } = settings
  const ticks = await loadReplay(mode, settings.instruments)
  const [facts] = factsOf(options, settings, randomUUID(), ticks.at[0] ?? 0)
  return new ReplayVenue({ facts, model, ticks, mode, logger })
}

async function createLive(
  options: SimulatorOptions,
  mode: LiveClockMode,
  settings: Settings,
  connections: () => Iterable<Connection>,
  onFailure: (error: unknown) => void,
): Promise<LiveVenue> {
  const { accounts, instruments, logger, model, seed } = settings
  const [first] = instruments
  const ticks =
    mode.ticks === undefined || first === undefined
      ? undefined
      : await loadTicks(mode.ticks, first, undefined)
  const startAt = mode.startAt ?? ticks?.at[0] ?? DEFAULT_START_AT
  const source =
    typeof mode.ticks === 'string' ? resolve(mode.ticks) : (ticks?.length ?? mode.market ?? 'synthetic')
  const directory =
    mode.stateDir === undefined || isAbsolute(mode.stateDir) ? mode.stateDir : resolve(mode.stateDir)
  const restored = restoreVenue(
    directory,
    fingerprintOf({ seed, startAt, instruments, accounts, source }),
    logger,
  )
  const markets = instruments.map(instrument => {
    const still = mode.market === 'still'
    const market = {
      instrument,
      seed,
      startAt,
      still,
      depth: model.depth,
      ...(ticks === undefined ? {} : { ticks }),
    }
    const states = restored.checkpoints.flatMap(checkpoint =>
      checkpoint.markets.filter(({ symbolId }) => symbolId === instrument.id),
    )
    return states.length === 0 ? VenueMarket.begin(market) : VenueMarket.resume(market, states)
  })
  return new LiveVenue({
    accounts: factsOf(options, settings, restored.header.venueId, startAt),
    model,
    speed: speedOf(mode),
    startAt,
    waitsForWatchers: mode.waitsForWatchers ?? mode.stateDir !== undefined,
    markets,
    restored,
    connections,
    onFailure,
    logger,
  })
}
