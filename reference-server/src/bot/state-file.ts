import { open, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { EngineError, type StateStore } from '@openclaw-trading/bot-engine'
import { z } from 'zod'

const Saved = z.object({
  /** Of what: a strategy on an account of one environment. */
  environment: z.string(),
  account: z.int(),
  strategy: z.string(),
  state: z.unknown(),
})

/** What {@link StateFile} is made from. */
export interface StateFileOptions {
  /** Kept across restarts, beside the outbox. */
  readonly file: string
  readonly environment: string
  readonly account: number
  /** Name of the strategy. */
  readonly strategy: string
}

/** Where a bot runs, as its start message tells. */
interface BotPlace {
  readonly stateDir: string
  readonly environmentName: string
  readonly broker: { readonly ctidTraderAccountId: number }
}

/** The state file of a bot. */
export function stateFileOf({ stateDir, environmentName, broker }: BotPlace, strategy: string): StateFile {
  const file = join(stateDir, 'state.json')
  return new StateFile({ file, environment: environmentName, account: broker.ctidTraderAccountId, strategy })
}

/** Keeps the state of a strategy in a file that is replaced whole, and is on the disk before an entry leaves. */
export class StateFile implements StateStore {
  readonly #options: StateFileOptions

  /** Creates it; nothing is read or written yet. */
  constructor(options: StateFileOptions) {
    this.#options = options
  }

  /**
   * The state saved last; `undefined` when there is none of this strategy and account.
   *
   * @throws {@link EngineError} `state-invalid` when the file cannot be read: a grid that forgot its orders would place
   *   them again
   */
  async load(): Promise<unknown> {
    const { file, environment, account, strategy } = this.#options
    try {
      const saved = Saved.parse(JSON.parse(await readFile(file, 'utf8')))
      const isOurs =
        saved.environment === environment && saved.account === account && saved.strategy === strategy
      return isOurs ? saved.state : undefined
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

  async save(json: string): Promise<void> {
    const { file, environment, account, strategy } = this.#options
    const text = `${JSON.stringify({ environment, account, strategy }).slice(0, -1)},"state":${json}}`
    const handle = await open(`${file}.new`, 'w', 0o600)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(`${file}.new`, file)
    // The new name is durable once its folder is.
    const folder = await open(dirname(file), 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  }
}
