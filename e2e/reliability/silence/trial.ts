import {
  connect,
  type CTraderClient,
  type QuoteSource,
  tcpTransport,
  type Transport,
  watchQuotes,
} from '@openclaw-trading/ctrader-client'
import { decodeEnvelope, encodeMessage } from '@openclaw-trading/ctrader-client/protocol'
import { accountId, type SymbolId } from '@openclaw-trading/trading-model'
import { scaledClock } from './scaled-clock.ts'

/** Timers run so many times faster than in real use. */
export const SCALE = 5
/** Limit of the watch over quotes, in scaled time: what is told at it is told within the 20 s that are promised. */
export const STALE_AFTER_MS = 19_000

/** A client that does something wrong, for tests of the test. */
export type PlantedDeafness =
  | 'trusts-the-socket'
  | 'forgets-to-resubscribe'
  | 'watches-the-link'
  | 'enters-on-stale-prices'

/** Where a client connects. */
export interface Place {
  readonly host: string
  readonly port: number
  readonly credentials: {
    readonly clientId: string
    readonly clientSecret: string
    readonly accessToken: string
    readonly ctidTraderAccountId: number
  }
}

/** A client that watches two symbols, and what happened to it in scaled milliseconds. */
export interface Watcher {
  readonly client: CTraderClient
  readonly now: () => number
  /** When the session was found lost; `undefined` while it is not. */
  readonly lostAt: () => number | undefined
  /** When the session was ready again and both symbols had quotes. */
  readonly backAt: () => number | undefined
  readonly stale: () => readonly SymbolId[]
  readonly staleAt: () => number | undefined
  close(): Promise<void>
}

const SUBSCRIBE = 2127

/** Puts what a planted client does wrong between it and the network. */
function spoiled(inner: Transport, plant: PlantedDeafness | undefined): Transport {
  if (plant !== 'trusts-the-socket' && plant !== 'forgets-to-resubscribe') return inner
  let connections = 0
  return {
    async open(listener, options) {
      connections += 1
      const isFirst = connections === 1
      // As if the kernel's word for an open socket were a sign of life.
      const timer =
        plant === 'trusts-the-socket'
          ? setInterval(() => listener.onData(encodeMessage(51, {})), 500)
          : undefined
      const stop = (): void => clearInterval(timer)
      const connection = await inner.open(
        {
          onData: chunk => listener.onData(chunk),
          onClose(cause) {
            stop()
            listener.onClose(cause)
          },
        },
        options,
      )
      return {
        get waitingBytes() {
          return connection.waitingBytes
        },
        close() {
          stop()
          connection.close()
        },
        destroy() {
          stop()
          connection.destroy()
        },
        send(frame) {
          const { payloadType, clientMsgId } = decodeEnvelope(frame.subarray(4))
          if (plant !== 'forgets-to-resubscribe' || isFirst || payloadType !== SUBSCRIBE)
            connection.send(frame)
          else
            setImmediate(() => listener.onData(encodeMessage(2128, { ctidTraderAccountId: 0 }, clientMsgId)))
        },
      }
    },
  }
}

/** Logs in and subscribes, with scaled timers. */
export async function startWatcher(
  place: Place,
  via: { host: string; port: number },
  plant?: PlantedDeafness,
): Promise<Watcher> {
  const clock = scaledClock(SCALE)
  const { clientId, clientSecret, accessToken, ctidTraderAccountId } = place.credentials
  const client = await connect({
    environment: 'demo',
    application: { clientId, clientSecret },
    transport: spoiled(tcpTransport({ host: via.host, port: via.port }), plant),
    clock,
  })
  const account = await client.authorize(accountId(ctidTraderAccountId), accessToken)
  const instruments = [await account.instrument('XAUUSD'), await account.instrument('EURUSD')]
  const now = (): number => clock.elapsedMs()
  const missing = new Set<SymbolId>()
  const seen = {
    lostAt: undefined as number | undefined,
    backAt: undefined as number | undefined,
    staleAt: undefined as number | undefined,
  }
  client.on('state', ({ type }) => {
    if (type === 'waiting') seen.lostAt ??= now()
    if (type !== 'ready' || seen.lostAt === undefined) return
    for (const { id } of instruments) missing.add(id)
  })
  account.onMarket(event => {
    if (event.type !== 'quote' || client.state.type !== 'ready') return
    if (missing.delete(event.symbolId) && missing.size === 0) seen.backAt ??= now()
  })
  const [gold] = instruments
  const source: QuoteSource =
    plant !== 'watches-the-link' || gold === undefined
      ? account
      : {
          // Whatever arrives counts as a sign of life of every symbol.
          onMarket: listener =>
            account.onMarket(event => {
              listener(event)
              if (event.type === 'quote') listener({ ...event, symbolId: gold.id })
            }),
        }
  const watch = watchQuotes(source, {
    instruments,
    staleAfterMs: STALE_AFTER_MS,
    marketTime: () => account.marketTime,
    clock,
    onChange({ isStale }) {
      if (isStale) seen.staleAt ??= now()
    },
  })
  await account.subscribe(instruments.map(({ id }) => id))
  return {
    client,
    now,
    lostAt: () => seen.lostAt,
    backAt: () => seen.backAt,
    stale: () => watch.stale,
    staleAt: () => seen.staleAt,
    async close() {
      watch.stop()
      await client.close()
    },
  }
}
