import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { REPLAY_XAUUSD, readTickFile } from '@openclaw-trading/bot-engine/data'
import { instanceStore, type Session, sessionStore, tradeStore } from '@openclaw-trading/control-plane'
import type { InstanceRef, TradeRow } from '@openclaw-trading/control-plane/client'
import type { ReplayGateName } from '@openclaw-trading/ctrader-simulator'
import { unixMs } from '@openclaw-trading/trading-model'
import { startServer } from '../compose.ts'
import { ServerError } from '../errors.ts'
import { exitCodeOfCode } from '../exit-codes.ts'
import type { Logger } from '../observability/logger.ts'
import type { RunningServer } from '../server-options.ts'
import { backtestTrades } from './backtest-trades.ts'
import { type Comparison, compareTrades, countExits, fromTradeRow, longestHold } from './compare.ts'

/** What to replay. */
export interface ReplayOptions {
  /** Path of a tick file. */
  readonly ticks: string
  readonly timeframe: 'm1' | 'm15'
  /** Rows before this instant only, in milliseconds since 1970-01-01 UTC. */
  readonly until?: number
  /** From a decision to its fill, in market time. Default 50. */
  readonly latencyMs?: number
  /** How the venue runs ahead of the bot. Default: `lookahead`. */
  readonly gate?: ReplayGateName
  /** Default S03. */
  readonly botId?: string
  /** Parameters beside the timeframe. */
  readonly params?: Readonly<Record<string, unknown>>
  /** Venue and bot spin instead of sleeping: faster on an idle machine with two cores, slower on a busy one. Default: with two cores. */
  readonly polling?: boolean
  /** A deliberate error of the venue, for tests: the comparison must find it. */
  readonly plant?: string
  /** A fresh database; absent: an embedded one, removed afterwards. */
  readonly databaseUrl?: string
  readonly logger?: Logger
  readonly signal?: AbortSignal
  readonly onProgress?: (step: string) => void
}

/** What a replay found. */
export interface ReplayResult {
  readonly timeframe: 'm1' | 'm15'
  readonly ticks: number
  /** Closed trades in the database. */
  readonly trades: number
  readonly exits: ReturnType<typeof countExits>
  readonly comparison: Comparison
  readonly longestHold?: ReturnType<typeof longestHold>
  /** From the start of the session to its end. */
  readonly ticksPerSecond: number
  readonly backtestTicksPerSecond: number
  /** Of the session. */
  readonly elapsedMs: number
}

/** A database page of trades. */
const PAGE = 5000

/**
 * Sends a tick file through venue, TLS and a running bot into the database, and compares with a backtest of the file.
 *
 * @throws {@link ServerError} `bot-failed`, `venue-failed`, `data-invalid`; a difference is a result, not an error
 */
export async function replay(options: ReplayOptions): Promise<ReplayResult> {
  const { latencyMs = 50, botId = 'S03' } = options
  const params = { ...options.params, timeframe: options.timeframe }
  options.onProgress?.('reading ticks')
  // First of all: a missing or damaged file is told before anything is started.
  const columns = await readTickFile(options.ticks, {
    instrument: REPLAY_XAUUSD,
    ...(options.until === undefined ? {} : { until: unixMs(options.until) }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  })
  const live = await runThroughVenue(options, { botId, params, latencyMs })
  options.onProgress?.('running the backtest')
  const startedAt = performance.now()
  const expected = await backtestTrades(botId, params, columns, latencyMs)
  const backtestMs = performance.now() - startedAt
  const actual = live.rows.map(fromTradeRow)
  const elapsedMs = Math.max(1, (live.session.endedAt ?? 0) - live.session.startedAt)
  return {
    timeframe: options.timeframe,
    ticks: columns.length,
    trades: actual.length,
    exits: countExits(actual),
    comparison: compareTrades(expected, actual),
    longestHold: longestHold(actual),
    ticksPerSecond: (columns.length / elapsedMs) * 1000,
    backtestTicksPerSecond: (columns.length / Math.max(1, backtestMs)) * 1000,
    elapsedMs,
  }
}

interface Live {
  readonly session: Session
  readonly rows: readonly TradeRow[]
}

async function runThroughVenue(
  options: ReplayOptions,
  run: {
    readonly botId: string
    readonly params: Readonly<Record<string, unknown>>
    readonly latencyMs: number
  },
): Promise<Live> {
  const dataDir = await mkdtemp(join(tmpdir(), 'claw-replay-'))
  try {
    // A database that must not run as root runs as another user and passes through.
    await chmod(dataDir, 0o711)
    const server = await startServer({
      environment: {
        type: 'replay',
        ticks: options.ticks,
        ...run,
        ...(options.until === undefined ? {} : { until: options.until }),
        ...(options.gate === undefined ? {} : { gate: options.gate }),
        ...(options.polling === undefined ? {} : { polling: options.polling }),
        ...(options.plant === undefined ? {} : { plant: options.plant }),
      },
      dataDir,
      port: 0,
      dashboard: false,
      fast: true,
      ...(options.databaseUrl === undefined ? {} : { databaseUrl: options.databaseUrl }),
      ...(options.logger === undefined ? {} : { logger: options.logger }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    })
    try {
      options.onProgress?.('replaying')
      const session = await sessionEnd(server, { botId: run.botId, accountType: 'demo' }, options.signal)
      return { session, rows: await allTrades(server, session) }
    } finally {
      await server.close()
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Waits for the end of the bot's only session. @throws {@link ServerError} `bot-failed`, `venue-failed` */
async function sessionEnd(
  server: RunningServer,
  ref: InstanceRef,
  signal: AbortSignal | undefined,
): Promise<Session> {
  let venueError: Error | undefined
  void server.replayEnded.then(error => {
    venueError = error
  })
  for (;;) {
    signal?.throwIfAborted()
    const changed = nextChange(server, signal)
    const [session] = await sessionStore.list(server.database, ref, { limit: 1 })
    if (session?.status === 'COMPLETED') return session
    const instance = await instanceStore.get(server.database, ref)
    if (instance?.actual === 'crashed' || instance?.actual === 'failed') {
      // The venue knows better why its replay broke than the bot whose connection it cut.
      if (venueError !== undefined) throw venueError
      const code = /\[([a-z-]+)\]/.exec(instance.statusDetail)?.[1] ?? ''
      throw new ServerError('bot-failed', `${ref.botId} ended: ${instance.statusDetail}`, {
        exitCode: exitCodeOfCode(code),
      })
    }
    await changed
  }
}

/** Resolves at the next change in the database, and after a second in any case. */
function nextChange(server: RunningServer, signal: AbortSignal | undefined): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      stop()
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, 1000)
    const stop = server.onChange(change => {
      if (change.type === 'session' || change.type === 'instance') done()
    })
    signal?.addEventListener('abort', done, { once: true })
  })
}

async function allTrades(server: RunningServer, { sessionId }: Session): Promise<TradeRow[]> {
  const rows: TradeRow[] = []
  for (;;) {
    const last = rows.at(-1)
    const page = await tradeStore.list(server.database, {
      sessionId,
      order: 'oldest',
      limit: PAGE,
      ...(last === undefined ? {} : { after: { closedAt: last.closedAt, dealId: last.dealId } }),
    })
    rows.push(...page)
    // Deal ids count up in the venue: the order in which the trades were closed.
    if (page.length < PAGE) return rows.sort((a, b) => a.dealId - b.dealId)
  }
}
