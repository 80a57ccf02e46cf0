import { type FileHandle, open, readFile } from 'node:fs/promises'
import {
  type Broker,
  type Command,
  createMemoryLedger,
  EngineError,
  type IntentLedger,
  type IntentVerdict,
  type OpenIntent,
  type SubmitOutcome,
} from '@openclaw-trading/bot-engine'
import type { ClientOrderId, UnixMs } from '@openclaw-trading/trading-model'
import { z } from 'zod'
import { type BotPlace, keptPath, replaceFile } from './kept-file.ts'

/** A file longer than this is written anew with what is open; a hundred entries on their way take some 40,000. */
const MOST_BYTES = 262_144

const Outcome = z.enum(['accepted', 'rejected', 'absent'])
const Line = z.union([
  z.object({ id: z.string(), at: z.number(), command: z.looseObject({ type: z.literal('place') }) }),
  z.object({ id: z.string(), outcome: Outcome }),
])

/** What became of an order. */
export type IntentOutcome = z.infer<typeof Outcome>

/** What people have seen of orders at the broker. */
export interface SeenOrders {
  /** By order id. */
  readonly words: ReadonlyMap<string, NonNullable<OpenIntent['seenAs']>>
  /** The outcome of one of them is written down. */
  readonly onSettled: (id: ClientOrderId, outcome: IntentOutcome) => void
}

const NOTHING_SEEN: SeenOrders = { words: new Map(), onSettled: () => {} }

/** The ledger of a bot on an account. A venue that replays has no past in which orders could be looked for. */
export function ledgerOf(
  { stateDir, environmentName, broker }: BotPlace,
  { hasOrder }: Pick<Broker, 'hasOrder'>,
  seen: SeenOrders = NOTHING_SEEN,
): { readonly ledger: IntentLedger; readonly close: () => Promise<void> } {
  if (hasOrder === undefined) return { ledger: createMemoryLedger(), close: async () => {} }
  const owner = { environment: environmentName, account: broker.ctidTraderAccountId }
  const file = new IntentFile(keptPath(stateDir, 'orders', 'jsonl', owner), seen)
  return { ledger: file, close: () => file.close() }
}

/**
 * Keeps in a file which entries are on their way: a line is on the disk before an entry leaves, another tells what became
 * of it. What has no second line the next session looks for at the broker.
 *
 * Exits are not kept: the account shows what became of them, and they must not wait for a disk.
 */
export class IntentFile implements IntentLedger {
  readonly #file: string
  readonly #seen: SeenOrders
  /** In the order of their decisions. */
  readonly #open = new Map<ClientOrderId, OpenIntent>()
  #handle: FileHandle | undefined
  #bytes = 0
  /** All that touches the file runs one after another. */
  #disk: Promise<unknown> = Promise.resolve()

  /** Creates it; nothing is read or written yet. */
  constructor(file: string, seen: SeenOrders = NOTHING_SEEN) {
    this.#file = file
    this.#seen = seen
  }

  /**
   * Entries without an outcome; before the first commit, those of earlier sessions. Writes nothing: a run must be able to
   * start, and close, on a disk that is full.
   *
   * @throws {@link EngineError} `state-invalid` when the file is damaged: an order that was forgotten could be placed twice
   */
  async unresolved(): Promise<readonly OpenIntent[]> {
    await this.#onDisk(async () => {
      if (this.#handle === undefined) await this.#read()
    })
    return [...this.#open.values()].map(intent => {
      const seenAs = this.#seen.words.get(intent.id)
      return seenAs === undefined ? intent : { ...intent, seenAs }
    })
  }

  async commit(id: ClientOrderId, command: Command, at: UnixMs): Promise<IntentVerdict> {
    if (command.type !== 'place') return { type: 'granted' }
    await this.#onDisk(async () => {
      await this.#append({ id, at, command })
      this.#open.set(id, { id, at, command })
    })
    return { type: 'granted' }
  }

  async resolve(id: ClientOrderId, { type }: SubmitOutcome | { readonly type: 'absent' }): Promise<void> {
    if (type === 'unknown') return
    await this.#onDisk(async () => {
      if (!this.#open.has(id)) return
      if (this.#bytes <= MOST_BYTES) await this.#append({ id, outcome: type })
      this.#open.delete(id)
      if (this.#bytes > MOST_BYTES) await this.#rewrite()
      if (this.#seen.words.has(id)) this.#seen.onSettled(id, type)
    })
  }

  /** Ends; resolves when nothing is being written. */
  async close(): Promise<void> {
    await this.#onDisk(() => this.#drop())
  }

  #onDisk<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#disk.then(work)
    this.#disk = done.catch(() => undefined)
    return done
  }

  /** Opens the file to write at its end; one that is new, torn or long is written whole first. */
  async #opened(): Promise<FileHandle> {
    if (this.#handle !== undefined) return this.#handle
    const text = await this.#read()
    if (!text.endsWith('\n') || Buffer.byteLength(text) > MOST_BYTES) return this.#rewrite()
    return this.#openAt(Buffer.byteLength(text))
  }

  async #read(): Promise<string> {
    const text = await readFile(this.#file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return ''
      throw cause
    })
    this.#open.clear()
    // A last line without its end was never acknowledged: what it tells of was not sent.
    const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
    for (const [index, line] of lines.slice(0, -1).entries()) this.#take(line, index + 1)
    return text
  }

  #take(text: string, number: number): void {
    let line: z.infer<typeof Line>
    try {
      line = Line.parse(JSON.parse(text))
    } catch (cause) {
      throw new EngineError(
        'state-invalid',
        `Line ${number} of ${this.#file} cannot be read. It may hold an order of which nobody knows whether it arrived: ` +
          'compare the account with the broker, then move the file away.',
        { cause, details: { file: this.#file, line: number } },
      )
    }
    if ('outcome' in line) this.#open.delete(line.id as ClientOrderId)
    else this.#open.set(line.id as ClientOrderId, line as unknown as OpenIntent)
  }

  async #rewrite(): Promise<FileHandle> {
    const text = [...this.#open.values()].map(intent => `${JSON.stringify(intent)}\n`).join('')
    await this.#drop()
    await replaceFile(this.#file, text)
    return this.#openAt(Buffer.byteLength(text))
  }

  async #openAt(bytes: number): Promise<FileHandle> {
    this.#handle = await open(this.#file, 'a', 0o600)
    this.#bytes = bytes
    return this.#handle
  }

  async #append(line: object): Promise<void> {
    const handle = await this.#opened()
    const data = Buffer.from(`${JSON.stringify(line)}\n`)
    try {
      await handle.appendFile(data)
      await handle.datasync()
      this.#bytes += data.length
    } catch (error) {
      // Half a line must not stay in front of the next one.
      await handle.truncate(this.#bytes).catch(() => this.#drop())
      throw error
    }
  }

  /** The file is read anew before the next line. */
  async #drop(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close()
  }
}
