import { readFile, rename, writeFile } from 'node:fs/promises'
import type { LiveSession } from '@openclaw-trading/bot-engine'
import type { UnixMs } from '@openclaw-trading/trading-model'
import { z } from 'zod'

/** Deals are dated by the broker and may be told late; a trade that is read twice is stored once. */
const MARGIN_MS = 60_000
const INTERVAL_MS = 5000

const LastSeen = z.object({
  /** Where: an account of one environment. */
  environment: z.string(),
  account: z.int(),
  /** Market time. */
  at: z.int().positive(),
})

/** What {@link LastSeenFile} is made from. */
export interface LastSeenOptions {
  /** Kept across restarts, beside the outbox. */
  readonly file: string
  readonly environment: string
  readonly account: number
  /** Resolves when every trade told so far is on the disk. */
  readonly recorded: () => Promise<void>
  readonly onError: (error: unknown) => void
}

/**
 * Up to which instant the trades of an account are recorded, so that the next process reads on from there.
 *
 * It moves only while the run knows its account; after a loss it stays until the past has been read.
 */
export class LastSeenFile {
  readonly #options: LastSeenOptions
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> | undefined

  /** Creates it; nothing is read or written yet. */
  constructor(options: LastSeenOptions) {
    this.#options = options
  }

  /** From when on the past must be read; `undefined`: nothing is known of this account, or the file is damaged. */
  async read(): Promise<UnixMs | undefined> {
    const { file, environment, account, onError } = this.#options
    try {
      const seen = LastSeen.parse(JSON.parse(await readFile(file, 'utf8')))
      if (seen.environment !== environment || seen.account !== account) return undefined
      return Math.max(0, seen.at - MARGIN_MS) as UnixMs
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') onError(error)
      return undefined
    }
  }

  /** Writes it every five seconds from now on. */
  follow(live: LiveSession): void {
    const look = (): void => {
      this.#writing ??= this.#write(live).finally(() => {
        this.#writing = undefined
      })
    }
    look()
    this.#timer = setInterval(look, INTERVAL_MS)
  }

  /** Ends; resolves when nothing is being written. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#writing
  }

  async #write(live: LiveSession): Promise<void> {
    const { file, environment, account, recorded, onError } = this.#options
    const at = live.view().marketAt
    if (live.status !== 'running' || at === undefined) return
    try {
      await recorded()
      await writeFile(`${file}.new`, JSON.stringify({ environment, account, at }), { mode: 0o600 })
      await rename(`${file}.new`, file)
    } catch (error) {
      onError(error)
    }
  }
}
