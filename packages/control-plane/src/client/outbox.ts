import { SYSTEM_CLOCK } from '../clock.ts'
import { ControlPlaneError } from '../errors.ts'
import type { TradeRecord } from './contracts.ts'
import { deliveredLine, type OutboxFile, openOutboxFile, tradeLine } from './outbox-file.ts'

/** Options of {@link createOutbox}. */
export interface OutboxOptions {
  /** Kept across restarts of the bot; its folder is made. One outbox per file. */
  readonly file: string
  /** Records a batch; rejects when it was not accepted. Repeats must be harmless. */
  readonly deliver: (batch: readonly TradeRecord[], signal: AbortSignal) => Promise<unknown>
  /** Of the file. Default 64 MiB, some 80 000 trades. */
  readonly maxBytes?: number
  /** Trades per delivery, 1 to 500. Default 500. */
  readonly batchSize?: number
  /** Between tries. Default 250 ms, doubling to 30 000 ms. */
  readonly backoff?: { readonly minMs?: number; readonly maxMs?: number }
  /** Told of each failed try. Must not throw. */
  readonly onError?: (error: unknown) => void
}

/** Trades on their way to the API: on disk first, then delivered in order until accepted, over restarts of the bot. */
export interface Outbox {
  /**
   * Takes a trade; resolves when it is on the disk.
   * @throws {@link ControlPlaneError} `outbox-full`: the trade was not taken, stop opening positions
   */
  add(trade: TradeRecord): Promise<void>
  /** Trades not accepted yet. */
  readonly pending: number
  /** Resolves when nothing is pending; tries at once. Rejects with the signal's reason, or `conflict` after `close`. */
  flush(signal?: AbortSignal): Promise<void>
  /** Ends deliveries; what is pending stays in the file for the next run. */
  close(): Promise<void>
}

/** Opens the outbox and goes on with what the run before left. @throws {@link ControlPlaneError} `outbox-damaged`, `invalid-options` */
export async function createOutbox(options: OutboxOptions): Promise<Outbox> {
  const batchSize = options.batchSize ?? 500
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > 500)
    throw new ControlPlaneError('invalid-options', `batchSize is ${batchSize}. Use 1 to 500.`)
  return new FileOutbox(options, await openOutboxFile(options.file))
}

interface Unwritten {
  readonly trade: TradeRecord
  readonly line: string
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

class FileOutbox implements Outbox {
  readonly #options: OutboxOptions
  readonly #file: OutboxFile
  /** On disk, not accepted. */
  readonly #pending: TradeRecord[]
  readonly #ending = new AbortController()
  readonly #loop: Promise<void>
  #unwritten: Unwritten[] = []
  /** Accepted trades still at the top of the file. */
  #delivered: number
  /** Bytes of the file once all unwritten lines are in it. */
  #reserved: number
  #disk: Promise<void> = Promise.resolve()
  #wake: (() => void) | undefined
  #hurry: AbortController | undefined
  #idle: (() => void)[] = []
  #closing: Promise<void> | undefined

  constructor(options: OutboxOptions, file: OutboxFile) {
    this.#options = options
    this.#file = file
    this.#pending = [...file.left]
    this.#delivered = file.delivered
    this.#reserved = file.bytes
    this.#loop = this.#run()
  }

  get pending(): number {
    return this.#pending.length
  }

  add(trade: TradeRecord): Promise<void> {
    if (this.#ending.signal.aborted) return Promise.reject(this.#closed())
    const line = tradeLine(trade)
    const bytes = Buffer.byteLength(line)
    const { file, maxBytes = 64 * 1024 * 1024 } = this.#options
    if (this.#reserved + bytes > maxBytes)
      return Promise.reject(
        new ControlPlaneError(
          'outbox-full',
          `${file} holds ${this.#reserved} of at most ${maxBytes} bytes: ${this.pending} trades wait for the API. The trade of deal ${trade.dealId} was not taken. Open no more positions until the API accepts trades again.`,
          { details: { dealId: trade.dealId, pending: this.pending } },
        ),
      )
    this.#reserved += bytes
    return new Promise((resolve, reject) => {
      this.#unwritten.push({ trade, line, resolve, reject })
      this.#onDisk(() => this.#write()).catch(reject)
    })
  }

  flush(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason)
    const ended = this.#ending.signal
    if (ended.aborted) return this.pending === 0 ? Promise.resolve() : Promise.reject(this.#closed())
    const stopped = signal === undefined ? ended : AbortSignal.any([signal, ended])
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        this.#idle = this.#idle.filter(waiting => waiting !== done)
        reject(signal?.aborted ? signal.reason : this.#closed())
      }
      const done = (): void => {
        stopped.removeEventListener('abort', stop)
        resolve()
      }
      stopped.addEventListener('abort', stop, { once: true })
      // Behind the writes that are under way, so that a trade added before counts.
      this.#onDisk(async () => {
        if (this.pending === 0) return done()
        this.#idle.push(done)
        this.#hurry?.abort()
        this.#wake?.()
      }).catch(reject)
    })
  }

  close(): Promise<void> {
    this.#closing ??= (async () => {
      await this.#disk
      this.#ending.abort()
      this.#wake?.()
      await this.#loop
      await this.#disk
      await this.#file.close()
    })()
    return this.#closing
  }

  /** All that touches the file runs one after another. */
  #onDisk(work: () => Promise<void>): Promise<void> {
    const done = this.#disk.then(work)
    this.#disk = done.catch(() => {})
    return done
  }

  async #write(): Promise<void> {
    const group = this.#unwritten
    this.#unwritten = []
    if (group.length === 0) return
    try {
      // One fsync for all that came while the one before ran.
      await this.#file.append(group.map(waiting => waiting.line))
      this.#pending.push(...group.map(waiting => waiting.trade))
      for (const waiting of group) waiting.resolve()
      this.#wake?.()
    } catch (error) {
      this.#countReserved()
      for (const waiting of group) waiting.reject(error)
    }
  }

  #countReserved(): void {
    const waiting = this.#unwritten.reduce((sum, { line }) => sum + Buffer.byteLength(line), 0)
    this.#reserved = this.#file.bytes + waiting
  }

  async #markAccepted(count: number): Promise<void> {
    this.#pending.splice(0, count)
    this.#delivered += count
    if (this.pending === 0)
      // Also when only its sync failed: a mark that counts trades no longer in the file would hide new ones.
      await this.#file.clear().finally(() => {
        if (this.#file.bytes === 0) this.#delivered = 0
      })
    else await this.#file.append([deliveredLine(this.#delivered)])
    this.#countReserved()
  }

  async #deliverAll(): Promise<void> {
    const { deliver, onError, batchSize = 500 } = this.#options
    const { minMs = 250, maxMs = 30_000 } = this.#options.backoff ?? {}
    const { signal } = this.#ending
    let waitMs = minMs
    while (this.pending > 0 && !signal.aborted) {
      const batch = this.#pending.slice(0, batchSize)
      try {
        await deliver(batch, signal)
        waitMs = minMs
        // A mark that cannot be written only means that the next run delivers the batch again.
        await this.#onDisk(() => this.#markAccepted(batch.length)).catch(error => onError?.(error))
      } catch (error) {
        if (signal.aborted) return
        onError?.(error)
        this.#hurry = new AbortController()
        await SYSTEM_CLOCK.sleep(waitMs, AbortSignal.any([this.#hurry.signal, signal])).catch(() => {})
        waitMs = Math.min(waitMs * 2, maxMs)
      }
    }
  }

  async #run(): Promise<void> {
    for (;;) {
      await this.#deliverAll()
      if (this.#ending.signal.aborted) return
      for (const resolve of this.#idle.splice(0)) resolve()
      await new Promise<void>(resolve => {
        this.#wake = resolve
        if (this.pending > 0) resolve()
      })
      this.#wake = undefined
    }
  }

  #closed(): ControlPlaneError {
    return new ControlPlaneError(
      'conflict',
      `The outbox ${this.#options.file} is closed with ${this.pending} trades pending. The next run delivers them.`,
    )
  }
}
