import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import {
  EngineError,
  isEngineError,
  releaseStoredProtection,
  resetStoredState,
  type StateStore,
  type StoredChange,
} from '@openclaw-trading/bot-engine'
import { z } from 'zod'
import { type BotPlace, type KeptFor, keptPath, moveFile, replaceFile } from './kept-file.ts'

const Saved = z.object({
  /** Of what: a strategy and its instrument on an account of one environment. */
  environment: z.string(),
  account: z.int(),
  strategy: z.string(),
  symbol: z.string(),
  state: z.unknown(),
})

/** The file of a bot before each owner had its own, of one owner at a time; it did not name the instrument. */
const FORMER_FILE = 'state.json'
const FormerSaved = Saved.omit({ symbol: true })

/** What {@link StateFile} is made from. */
export interface StateFileOptions extends Required<KeptFor> {
  /** Folder of the bot. */
  readonly folder: string
}

/** The state file of a bot. */
export function stateFileOf(
  { stateDir, environmentName, broker }: BotPlace,
  { strategy, symbol }: { readonly strategy: { readonly name: string }; readonly symbol: string },
): StateFile {
  const account = broker.ctidTraderAccountId
  return new StateFile({
    folder: stateDir,
    environment: environmentName,
    account,
    strategy: strategy.name,
    symbol,
  })
}

/**
 * Keeps the state of a strategy in a file that is replaced whole, and is on the disk before an entry leaves.
 *
 * Each strategy, instrument and account has a file of its own: a bot that changes its strategy and goes back finds the
 * state that it left.
 */
export class StateFile implements StateStore {
  /** Path of the file. */
  readonly file: string
  readonly #former: string
  readonly #owner: Required<KeptFor>

  /** Creates it; nothing is read or written yet. */
  constructor({ folder, environment, account, strategy, symbol }: StateFileOptions) {
    this.#owner = { environment, account, strategy, symbol }
    this.#former = join(folder, FORMER_FILE)
    this.file = keptPath(folder, 'state', 'json', this.#owner)
  }

  /**
   * The state saved last; `undefined` when there is none.
   *
   * @throws {@link EngineError} `state-invalid` when the file cannot be read: a grid that forgot its orders would place
   *   them again
   */
  async load(): Promise<unknown> {
    const saved = await this.#read(this.file, Saved)
    return saved === undefined ? this.#takeFormer() : saved.state
  }

  /** What an earlier release kept, if it was of this owner; from then on it is kept under the owner's name. */
  async #takeFormer(): Promise<unknown> {
    const saved = await this.#read(this.#former, FormerSaved)
    const { environment, account, strategy } = this.#owner
    if (saved?.environment !== environment || saved.account !== account || saved.strategy !== strategy)
      return undefined
    try {
      await this.save(JSON.stringify(saved.state))
      await rename(this.#former, `${this.#former}.taken`)
    } catch {
      // A full disk is no reason to hold the run up: the next save writes it, or the next start takes it.
    }
    return saved.state
  }

  async #read<T>(file: string, as: z.ZodType<T>): Promise<T | undefined> {
    const { strategy } = this.#owner
    try {
      return as.parse(JSON.parse(await readFile(file, 'utf8')))
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw new EngineError(
        'state-invalid',
        `${file}, which holds the state of strategy "${strategy}", cannot be read. Repair it, or remove it once the ` +
          'strategy has no position and no order on the account: it then begins anew.',
        { cause, details: { file } },
      )
    }
  }

  /**
   * Has the strategy begin anew; what limits and protections have seen stays, unless the file cannot be read. What was
   * there stays beside it as `….before-reset`, the last one. Only while no run has it.
   *
   * @returns what was done; `nothing`: there was no state
   */
  async reset(): Promise<'reset' | 'damaged' | 'nothing'> {
    let stored: unknown
    try {
      stored = await this.load()
    } catch (error) {
      if (!isEngineError(error, 'state-invalid')) throw error
      for (const file of [this.file, this.#former])
        if (await this.#isForNobodyElse(file)) await moveFile(file, `${file}.before-reset`)
      return 'damaged'
    }
    if (stored === undefined) return 'nothing'
    const json = resetStoredState(stored)
    // Done before, and not told: what was there then stays beside it.
    if (json === JSON.stringify(stored)) return 'reset'
    await replaceFile(`${this.file}.before-reset`, await readFile(this.file, 'utf8'))
    if (json === undefined) await moveFile(this.file, `${this.file}.before-reset`)
    else await this.save(json)
    return 'reset'
  }

  /**
   * Has one protection begin anew; see {@link releaseStoredProtection}. Only while no run has the file.
   *
   * @throws {@link EngineError} `state-invalid` when the file cannot be read
   */
  async release(name: string, ordinal: number): Promise<StoredChange> {
    const change = releaseStoredProtection(await this.load(), name, ordinal)
    if (change.type === 'changed') await this.save(change.json)
    return change
  }

  /** It is there, and is not what an earlier release kept of another owner. */
  async #isForNobodyElse(file: string): Promise<boolean> {
    try {
      const saved = FormerSaved.safeParse(JSON.parse(await readFile(file, 'utf8'))).data
      const { environment, account, strategy } = this.#owner
      return (
        saved === undefined ||
        (saved.environment === environment && saved.account === account && saved.strategy === strategy)
      )
    } catch (cause) {
      return (cause as NodeJS.ErrnoException).code !== 'ENOENT'
    }
  }

  async save(json: string): Promise<void> {
    await replaceFile(this.file, `${JSON.stringify(this.#owner).slice(0, -1)},"state":${json}}`)
  }
}
