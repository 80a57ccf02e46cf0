import type { LiveObserver, LiveSession } from '@openclaw-trading/bot-engine'
import {
  type ControlClient,
  createOutbox,
  type InstanceRef,
  type Outbox,
  type PositionRecord,
} from '@openclaw-trading/control-plane/client'
import type { Bar } from '@openclaw-trading/trading-model'
import { ServerError } from '../errors.ts'
import { ChartBars } from './chart-bars.ts'
import { createLatestPost } from './latest-post.ts'
import { toPositionRecord, toTradeRecord } from './trade-record.ts'

/** Positions change in bursts (order, fill, protection); the last of a burst is what stands. */
const POSITIONS_INTERVAL_MS = 200
const BARS_INTERVAL_MS = 1000

/** What the recorder is made from. */
export interface RecorderOptions {
  readonly client: ControlClient
  readonly ref: InstanceRef
  readonly sessionId: string
  readonly paramsVersion: number
  readonly symbol: string
  /** Decimal digits of the price. */
  readonly digits: number
  readonly timeframe: string
  /** Name of the feed the chart shows. */
  readonly feed: string
  /** Kept across restarts: trades that were not delivered go out with the next session. */
  readonly outboxFile: string
  readonly onError: (error: unknown) => void
  /** A trade could not be written down: nothing may be opened until a person looks. */
  readonly onRecordFailed: (error: unknown) => void
}

/**
 * Carries what a run does to the API, off its hot path: trades through a file that survives, positions as the newest
 * state, bars once a second.
 */
export class Recorder {
  readonly observer: LiveObserver
  readonly #options: RecorderOptions
  readonly #outbox: Outbox
  readonly #chart = new ChartBars()
  readonly #writing = new Set<Promise<void>>()
  readonly #positions
  #live: LiveSession | undefined
  #barsTimer: NodeJS.Timeout | undefined
  #postingBars = false
  #failed = false

  private constructor(options: RecorderOptions, outbox: Outbox) {
    this.#options = options
    this.#outbox = outbox
    const { client, ref, sessionId, symbol, feed } = options
    this.#positions = createLatestPost<readonly PositionRecord[]>({
      send: positions =>
        client.postPositions({ ...ref, sessionId, confirmedAt: Date.now(), positions: [...positions] }),
      intervalMs: POSITIONS_INTERVAL_MS,
      onError: options.onError,
    })
    this.observer = {
      onTrade: trade => this.#write(toTradeRecord(trade, options)),
      onPositions: positions =>
        this.#positions.offer(positions.map(position => toPositionRecord(position, symbol))),
      onBar: bar => {
        if (bar.feed === feed) this.#chart.closed([bar])
      },
    }
  }

  /** Opens the outbox; what an earlier session left in it goes out now. @throws `outbox-damaged` */
  static async open(options: RecorderOptions): Promise<Recorder> {
    const outbox = await createOutbox({
      file: options.outboxFile,
      deliver: (batch, signal) => options.client.postTrades([...batch], { signal }),
      onError: options.onError,
    })
    return new Recorder(options, outbox)
  }

  /** Bars from before the run, for the chart. */
  seed(bars: readonly Bar[]): void {
    this.#chart.closed(bars)
  }

  /** Begins to post what the run shows. */
  follow(live: LiveSession): void {
    this.#live = live
    const { symbol } = this.#options
    this.#positions.offer(live.view().positions.map(position => toPositionRecord(position, symbol)))
    this.#barsTimer = setInterval(() => void this.#postBars(), BARS_INTERVAL_MS)
  }

  /** Resolves when every trade told so far is on the disk. @throws {@link ServerError} `bot-failed` when one could not be written */
  async written(): Promise<void> {
    await Promise.all([...this.#writing])
    if (this.#failed) throw new ServerError('bot-failed', 'A trade could not be written down.')
  }

  /** Delivers everything that was recorded; resolves when it is stored, or when `signal` aborts (it stays on disk). */
  async flush(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.#writing])
    const delivered = this.#outbox.flush(signal).catch(this.#options.onError)
    const stated = this.#positions.flush()
    await Promise.all([delivered, Promise.race([stated, aborted(signal)]), this.#postBars()])
  }

  /** Ends; what is on disk stays there. */
  async close(): Promise<void> {
    clearInterval(this.#barsTimer)
    this.#positions.close()
    await Promise.all([...this.#writing])
    await this.#outbox.close()
  }

  #write(record: ReturnType<typeof toTradeRecord>): void {
    const written = this.#outbox
      .add(record)
      .catch(error => {
        this.#failed = true
        this.#options.onRecordFailed(error)
      })
      .finally(() => this.#writing.delete(written))
    this.#writing.add(written)
  }

  async #postBars(): Promise<void> {
    const live = this.#live
    if (live === undefined || this.#postingBars) return
    const { quote, formingBar } = live.view()
    const { client, ref, sessionId, symbol, digits, timeframe, onError } = this.#options
    const bars = this.#chart.take(formingBar)
    this.#postingBars = true
    try {
      await client.postBars({
        ...ref,
        ...{ sessionId, symbol, digits, timeframe, bars },
        quote: quote === undefined ? null : { at: quote.at, bid: quote.bid, ask: quote.ask },
      })
    } catch (error) {
      onError(error)
    } finally {
      this.#postingBars = false
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
